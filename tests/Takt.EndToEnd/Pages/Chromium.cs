using Microsoft.Playwright;

namespace Takt.EndToEnd.Pages;

/// <summary>Chromium on this machine; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Chromium.Path is null) Skip = "needs Chromium: eng/test.sh installs it, or set TAKT_CHROMIUM to its path";
    }
}

/// <summary>A real browser without a window.</summary>
static class Chromium
{
    public static string? Path { get; } =
        new[] { Environment.GetEnvironmentVariable("TAKT_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    public static Task<IBrowser> StartAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });

    /// <summary>Presses Tab until an element has the focus.</summary>
    public static async Task TabToAsync(this IPage page, string selector)
    {
        for (int i = 0; i < 60; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.HasFocusAsync(selector)) return;
        }

        Assert.Fail($"{selector} is not reached by the Tab key");
    }

    public static Task<bool> HasFocusAsync(this IPage page, string selector) => page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector);
}
