using Microsoft.Playwright;
using Takt.EndToEnd.Doors;
using Takt.Graphs.Tests.Packages;

namespace Takt.EndToEnd.Pages;

/// <summary>The page of a deployment in a real browser: swapped and rolled back by keyboard, undisturbed by its own refreshing, and honest when the server is silent.</summary>
public sealed class DeploymentPageTests : RegistryServer
{
    static readonly PageWaitForFunctionOptions Patient = new() { Timeout = 30_000 };

    [BrowserFact]
    public async Task A_swap_says_first_what_will_happen_and_so_does_the_way_back()
    {
        await RegisterAsync("press", Samples.Classifier(), "champion");
        await RegisterAsync("press", Samples.Classifier(seed: 6));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.StartAsync(playwright);
        var page = await browser.NewPageAsync(new() { Locale = "en-GB" });
        await page.GotoAsync(new Uri(Http.BaseAddress!, "/deployments/press").ToString());
        Assert.Equal(0, await page.Locator("[popovertarget=confirm-rollback]").CountAsync());   // nothing has changed yet

        await page.TabToAsync("[popovertarget=confirm-promote]");
        await page.Keyboard.PressAsync("Enter");
        Assert.Contains("Answering now: v1 100 %", await page.Locator("#confirm-promote").InnerTextAsync());
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#confirm-promote")).ToBeHiddenAsync();
        Assert.Equal(1, (await GetAsync("/api/deployments/press"))["answering"]![0]!["version"]!.GetValue<int>());   // left as it was

        await page.Keyboard.PressAsync("Enter");
        await page.WaitForResponseAsync("**/deployments/press/now");   // what is open stays open
        Assert.True(await page.HasFocusAsync("#confirm-promote .primary"));
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Answering now: v2 100 %");

        await page.TabToAsync("[popovertarget=confirm-rollback]");
        await page.Keyboard.PressAsync("Enter");
        Assert.Contains("champion goes back from v2 to v1", await page.Locator("#confirm-rollback").InnerTextAsync());
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Answering now: v1 100 %");
    }

    [BrowserFact]
    public async Task Refreshing_keeps_focus_and_scroll_and_a_silent_server_is_told_with_the_age_of_the_figures()
    {
        await RegisterAsync("press", Samples.Classifier(), "champion");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.StartAsync(playwright);
        var page = await browser.NewPageAsync(new() { Locale = "en-GB", ViewportSize = new() { Width = 420, Height = 800 } });
        await page.GotoAsync(new Uri(Http.BaseAddress!, "/deployments/press").ToString());
        await page.Locator("#deployment-versions").FocusAsync();
        await page.Keyboard.PressAsync("End");
        await page.EvaluateAsync("document.querySelector('#deployment-versions').scrollLeft = 60");
        await page.WaitForResponseAsync("**/deployments/press/now");
        await page.WaitForResponseAsync("**/deployments/press/now");   // the first has been put in place by now
        Assert.True(await page.HasFocusAsync("#deployment-versions"));
        Assert.Equal(60, await page.EvaluateAsync<int>("document.querySelector('#deployment-versions').scrollLeft"));

        var notice = page.Locator("[data-offline]");
        await Assertions.Expect(notice).ToBeHiddenAsync();
        await page.Context.SetOfflineAsync(true);
        await page.WaitForFunctionAsync("/Last answer: [0-9]+ s ago/.test(document.querySelector('[data-offline]:not([hidden])')?.innerText)", null, Patient);
        await page.Context.SetOfflineAsync(false);
        await Assertions.Expect(notice).ToBeHiddenAsync(new() { Timeout = 30_000 });
    }

    [BrowserFact]
    public async Task An_address_that_is_none_is_a_page_for_people_and_a_line_for_programs()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.StartAsync(playwright);
        var page = await browser.NewPageAsync(new() { Locale = "zh-CN" });
        var answer = await page.GotoAsync(new Uri(Http.BaseAddress!, "/nothing").ToString());
        Assert.Equal(404, answer!.Status);
        Assert.Equal("未找到", await page.Locator("h1").InnerTextAsync());
        Assert.Contains("/nothing 处没有页面", await page.Locator("main").InnerTextAsync());
        await page.Locator("main .button").ClickAsync();
        await page.WaitForURLAsync(Http.BaseAddress!.ToString());
        Assert.StartsWith("Not Found: nothing at /nothing", await (await Http.GetAsync(new Uri("/nothing", UriKind.Relative))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
