using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Takt.EndToEnd.Doors;
using Takt.Graphs.Tests.Packages;
using Takt.Protocols.Deployments;

namespace Takt.EndToEnd.Pages;

/// <summary>The pages of written calls in a real browser as large as a tablet, by keyboard alone.</summary>
public sealed class RequestPageTests : RegistryServer
{
    [BrowserFact]
    public async Task A_call_is_found_and_replayed_by_keyboard_on_a_tablet()
    {
        await RegisterAsync("press", Samples.Classifier(), "champion");
        await RegisterAsync("press", Samples.Classifier(seed: 6));
        await PutAsync("/api/deployments/press", JsonNode.Parse(DeploymentJson.Write(new DeploymentSpec { Log = new() { Share = 1, Payloads = true } }))!);
        await PostAsync("/api/models/press/predict", new JsonObject { ["rows"] = new JsonArray([.. Rows()]) });
        for (int i = 0; i < 400 && (await GetAsync("/api/requests"))["requests"]!.AsArray().Count == 0; i++) await Task.Delay(25);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.StartAsync(playwright);
        var page = await browser.NewPageAsync(new() { Locale = "en-GB", ViewportSize = new() { Width = 820, Height = 1180 } });
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(new Uri(Http.BaseAddress!, "/requests").ToString());
        await page.TabToAsync("a[href='/requests/1']");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/requests/1");
        Assert.Contains("unheard of", await page.Locator("main").InnerTextAsync());
        await page.TabToAsync("#replay + form button");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#answer .verdict").WaitForAsync(new() { Timeout = 30_000 });
        Assert.Contains("0 / 1", await page.Locator("#answer .verdict").InnerTextAsync());
        Assert.Contains("probability", await page.Locator("#answer table").InnerTextAsync());
        Assert.EndsWith("/requests/1", page.Url); // in place, without a new page
        Assert.Equal(820, await page.EvaluateAsync<int>("document.documentElement.scrollWidth")); // what is wide scrolls within itself
        Assert.Empty(errors);
    }
}
