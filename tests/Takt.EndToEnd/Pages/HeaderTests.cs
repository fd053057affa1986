using Microsoft.Playwright;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.Pages;

/// <summary>The top of every page in a real browser: pages in one row, language and appearance a key press away, and nothing wider than the window.</summary>
public class HeaderTests
{
    [BrowserFact]
    public async Task The_header_keeps_its_row_in_both_languages_and_is_worked_by_keyboard()
    {
        using var folder = new TemporaryFolder();
        using var server = await TaktServer.StartAsync(folder.Path, "--demo");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.StartAsync(playwright);
        foreach (string language in (string[])["en-GB", "zh-CN"])
        {
            var page = await browser.NewPageAsync(new() { Locale = language });
            foreach (var (width, rows) in ((int, int)[])[(1280, 1), (1024, 1), (768, 2), (400, 4)])
            {
                await page.SetViewportSizeAsync(width, 800);
                await page.GotoAsync(new Uri(server.Address, "/deployments").ToString());
                Assert.Equal(9, await page.Locator(".top :is(nav a, .choose)").CountAsync());
                Assert.InRange(await page.EvaluateAsync<int>("new Set([...document.querySelectorAll('.top :is(nav a, .choose)')].map(e => { const b = e.getBoundingClientRect(); return Math.round((b.top + b.bottom) / 8); })).size"), 1, rows);
                Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
                await WorkByKeyboardAsync(page, width);
            }

            await page.Locator(".choose").ClickAsync();
            await page.Locator("#choices button[lang]").Filter(new() { HasText = language == "en-GB" ? "简体中文" : "English" }).ClickAsync();
            await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language == "en-GB" ? "zh-Hans" : "en");
            await page.CloseAsync();
        }
    }

    /// <summary>Tab comes to the button after the pages, Enter opens what it holds inside the window, Tab goes into it, Escape closes it and gives the button back.</summary>
    static async Task WorkByKeyboardAsync(IPage page, int width)
    {
        await page.Locator(".top nav a").Last.FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        Assert.True(await page.HasFocusAsync(".choose"));
        await page.Keyboard.PressAsync("Enter");
        var choices = page.Locator("#choices");
        await choices.WaitForAsync();
        var (box, button) = ((await choices.BoundingBoxAsync())!, (await page.Locator(".choose").BoundingBoxAsync())!);
        Assert.InRange(box.X, 0, button.X);
        Assert.InRange(box.X + box.Width, button.X + button.Width - 1, width);
        Assert.InRange(box.Y - (button.Y + button.Height), 0, 12);
        await page.Keyboard.PressAsync("Tab");
        Assert.True(await page.HasFocusAsync("#choices button"));
        await page.Keyboard.PressAsync("Escape");
        await choices.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.True(await page.HasFocusAsync(".choose"));
    }
}
