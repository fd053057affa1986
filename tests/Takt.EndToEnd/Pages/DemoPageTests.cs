using Microsoft.Playwright;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.Pages;

public class DemoPageTests
{
    static readonly TimeSpan UntilFlagged = TimeSpan.FromMinutes(4);

    [BrowserFact]
    public async Task The_demo_shows_a_moving_line_and_flags_a_fault()
    {
        using var folder = new TemporaryFolder();
        using var server = await TaktServer.StartAsync(folder.Path, "--demo");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.StartAsync(playwright);
        var page = await browser.NewPageAsync(new() { Locale = "en-GB" });
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);

        await page.GotoAsync(new Uri(server.Address, "/lines/line-1").ToString());
        var chart = page.Locator("canvas").First;
        await chart.WaitForAsync(new() { Timeout = 60_000 });
        byte[] before = await chart.ScreenshotAsync();
        await Until(async () => !(await chart.ScreenshotAsync()).AsSpan().SequenceEqual(before), TimeSpan.FromSeconds(30), "the chart moves");

        await page.Locator("[data-on-fault] tbody time").First.WaitForAsync(new() { Timeout = (float)UntilFlagged.TotalMilliseconds });
        await page.GotoAsync(server.Address.ToString());
        Assert.Contains("line-fault", await page.Locator("main").InnerTextAsync());
        Assert.Empty(errors);
    }

    static async Task Until(Func<Task<bool>> condition, TimeSpan patience, string what)
    {
        for (var end = DateTime.UtcNow + patience; DateTime.UtcNow < end; await Task.Delay(500))
            if (await condition()) return;
        Assert.Fail($"waited {patience.TotalSeconds} s until {what}");
    }
}
