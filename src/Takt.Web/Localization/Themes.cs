using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Takt.Web.Access;
using Takt.Web.Reading;

namespace Takt.Web.Localization;

/// <summary>Light or dark: chosen by a cookie, else by the system's setting.</summary>
static class Themes
{
    const string Cookie = "takt.theme";

    public static IReadOnlyList<string> All { get; } = ["auto", "light", "dark"];

    /// <summary>The chosen theme, <c>auto</c> if none was.</summary>
    public static string Of(HttpContext context) => All.Contains(context.Request.Cookies[Cookie]) ? context.Request.Cookies[Cookie]! : All[0];

    public static void MapThemeSwitch(this IEndpointRouteBuilder app) =>
        app.MapPost("/theme", async (HttpContext context) =>
        {
            var form = await context.Request.FormAsync(context.RequestAborted);
            if (All.Contains(form["to"].ToString())) context.Response.Cookies.Append(Cookie, form["to"].ToString(), PageCookies.Options(context));
            return Results.LocalRedirect(PageCookies.LocalAddress(form["back"]));
        }).ExcludeFromDescription().ForEveryone();
}

/// <summary>What the page switches and the sign-in share: how long a choice is remembered, and never sending anyone elsewhere.</summary>
public static class PageCookies
{
    internal static CookieOptions Options(HttpContext context) => new()
    {
        MaxAge = TimeSpan.FromDays(365), HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, IsEssential = true,
    };

    /// <summary>The address if it is one of this server, in the letters that a header may hold; else the first page.</summary>
    public static string LocalAddress(string? back) =>
        back is { Length: > 0 } && back[0] == '/' && (back.Length == 1 || back[1] is not ('/' or '\\')) && !back.Any(char.IsControl)
            ? string.Concat(back.EnumerateRunes().Select(letter => letter.IsAscii ? letter.ToString() : Uri.EscapeDataString(letter.ToString())))
            : "/";
}
