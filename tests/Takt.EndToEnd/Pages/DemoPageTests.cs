using Microsoft.Playwright;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.Pages;

/// <summary>Chromium on this machine; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class BrowserFactAttribute : FactAttribute
{
    public static string? Chromium { get; } =
        new[] { Environment.GetEnvironmentVariable("TAKT_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    public BrowserFactAttribute()
    {
        if (Chromium is null) Skip = "needs Chromium: eng/test.sh installs it, or set TAKT_CHROMIUM to its path";
    }
}

public class DemoPageTests
{
    static readonly TimeSpan UntilFlagged = TimeSpan.FromMinutes(4);

    [BrowserFact]
    public async Task The_demo_shows_a_moving_line_and_flags_a_fault()
    {
        using var folder = new TemporaryFolder();
        using var server = await TaktServer.StartAsync(folder.Path, "--demo");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = BrowserFactAttribute.Chromium, Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
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
