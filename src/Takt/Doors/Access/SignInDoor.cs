using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Access;
using Takt.Protocols.Problems;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Registry.Audits;
using Takt.Web.Access;
using Takt.Web.Localization;
using Takt.Web.Pages;
using Takt.Web.Reading;

namespace Takt.Doors.Access;

/// <summary>Where people sign in and out, and where the first administrator is made. Plain forms: they need no script.</summary>
static class SignInDoor
{
    /// <summary>Maps /sign-in, /sign-out and /setup.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").ExcludeFromDescription().ForEveryone();
        pages.MapGet(PermissionGate.SignIn, (AccessDirectory directory, string? back) =>
            directory.NeedsSetup ? Results.Redirect(PermissionGate.Setup) : Page(back ?? "/"));
        pages.MapPost(PermissionGate.SignIn, SignInAsync);
        pages.MapPost("/sign-out", async (HttpContext context) =>
        {
            await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            return Results.Redirect(PermissionGate.SignIn);
        });
        pages.MapGet(PermissionGate.Setup, (AccessDirectory directory) => directory.NeedsSetup ? SetupPage([]) : Results.Redirect(PermissionGate.SignIn));
        pages.MapPost(PermissionGate.Setup, SetUpAsync);
    }

    static async Task<IResult> SignInAsync(HttpContext context, ModelRegistry registry, SignInLimits limits)
    {
        var form = await context.Request.FormAsync(context.RequestAborted);
        string name = form["account"].ToString().Trim(), back = PageCookies.LocalAddress(form["back"]);
        if (!limits.Allow(name, context.Connection.RemoteIpAddress)) return Page(back, name, "signin.wait", StatusCodes.Status429TooManyRequests);
        if (registry.Accounts.SignIn(name, form["password"].ToString()) is not { } account)
        {
            registry.Audit.Add("sign-in-refused", name.Length <= 100 ? name : name[..100], context.Connection.RemoteIpAddress?.ToString());
            return Page(back, name, "signin.wrong", StatusCodes.Status401Unauthorized);
        }

        await context.SignInAsync(account);
        Actor.Set(Caller.Of(account).Actor);
        registry.Audit.Add("signed-in", account.Name, context.Connection.RemoteIpAddress?.ToString());
        return Results.LocalRedirect(back);
    }

    static async Task<IResult> SetUpAsync(HttpContext context, ModelRegistry registry, AccessDirectory directory, SetupCode code, SignInLimits limits)
    {
        if (!directory.NeedsSetup) return Results.Redirect(PermissionGate.SignIn);
        var form = await context.Request.FormAsync(context.RequestAborted);
        string name = form["account"].ToString().Trim(), password = form["password"].ToString();
        if (!limits.Allow("setup", context.Connection.RemoteIpAddress)) return SetupPage(["signin.wait"], name);
        string[] wrongs = [.. code.Matches(form["code"].ToString()) ? [] : (string[])["setup.code.wrong"], .. password == form["again"].ToString() ? [] : (string[])["setup.again.wrong"]];
        if (wrongs.Length > 0) return SetupPage(wrongs, name);
        Account account;
        try
        {
            Actor.Set($"user:{name}");
            account = registry.Accounts.Add(name, password, Role.Admin);
        }
        catch (InputException wrong)
        {
            return SetupPage([.. wrong.Problems.Select(p => p.ToString())], name);
        }

        directory.Refresh();
        await context.SignInAsync(account);
        return Results.Redirect("/");
    }

    static RazorComponentResult<SignInPage> Page(string back, string name = "", string? problem = null, int status = StatusCodes.Status200OK) => new(
        new Dictionary<string, object?> { [nameof(SignInPage.Back)] = back, [nameof(SignInPage.Account)] = name, [nameof(SignInPage.Problem)] = problem }) { StatusCode = status };

    static RazorComponentResult<SetupPage> SetupPage(string[] problems, string name = "") => new(
        new Dictionary<string, object?> { [nameof(Web.Pages.SetupPage.Problems)] = problems, [nameof(Web.Pages.SetupPage.Account)] = name })
        { StatusCode = problems.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest };
}
