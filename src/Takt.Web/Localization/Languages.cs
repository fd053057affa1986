using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Routing;
using Takt.Web.Access;
using Takt.Web.Reading;

namespace Takt.Web.Localization;

/// <summary>The languages of the pages: chosen by a cookie, else by the browser's wish, else English. Numbers stay alike in all of them.</summary>
static class Languages
{
    /// <summary>Tag and own name, in the order in which they are offered.</summary>
    public static IReadOnlyList<(string Tag, string Name)> All { get; } = [("en", "English"), ("zh-Hans", "简体中文")];

    /// <summary>What programs ask is answered in English, and spared the looking.</summary>
    public static void UsePageLanguages(this IApplicationBuilder app) => app.UseWhen(context => !context.Request.IsOfProgram(), pages => pages.UseRequestLocalization(new RequestLocalizationOptions
    {
        DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo("en")),
        SupportedCultures = [CultureInfo.InvariantCulture],
        SupportedUICultures = [.. All.Select(language => CultureInfo.GetCultureInfo(language.Tag))],
        FallBackToParentUICultures = true,   // zh-CN and zh-SG speak zh-Hans
        RequestCultureProviders = [new CookieRequestCultureProvider(), new AcceptLanguageHeaderRequestCultureProvider()],
    }));

    /// <summary>The switch at the top of every page: a plain form, so it needs no script.</summary>
    public static void MapLanguageSwitch(this IEndpointRouteBuilder app) =>
        app.MapPost("/language", async (HttpContext context) =>
        {
            var form = await context.Request.FormAsync(context.RequestAborted);
            if (All.Any(language => language.Tag == form["to"].ToString()))
            {
                context.Response.Cookies.Append(
                    CookieRequestCultureProvider.DefaultCookieName,
                    CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo(form["to"].ToString()))),
                    PageCookies.Options(context));
            }

            return Results.LocalRedirect(PageCookies.LocalAddress(form["back"]));
        }).ExcludeFromDescription().ForEveryone();
}
