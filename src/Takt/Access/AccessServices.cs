using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Takt.Registry.Access;
using Takt.Registry.Audits;
using Takt.Web.Access;

namespace Takt.Access;

/// <summary>Who may do what, put together: people sign in and carry a cookie, programs show a key, each address says what it asks for.</summary>
static class AccessServices
{
    const string Scheme = "takt";

    /// <summary>Adds the gate.</summary>
    public static void AddAccess(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<AccessDirectory>();
        services.AddHostedService<AccessWatch>();
        services.AddSingleton<SetupCode>();
        services.AddSingleton<KeyLimits>();
        services.AddSingleton<StreamGate>();
        services.AddSingleton<SignInLimits>();
        // Cookies stay readable after a restart, and for a second server on the same home.
        services.AddDataProtection().SetApplicationName("takt").PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(options.Home, "keys")));
        services.AddAuthentication(Scheme)
            .AddPolicyScheme(Scheme, null, choice => choice.ForwardDefaultSelector = context =>
                KeyAuthentication.TextOf(context.Request) is null ? CookieAuthenticationDefaults.AuthenticationScheme : KeyAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.SchemeName, null)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = "takt.signin";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;   // a link from a mail may lead in; what changes something is checked by SameOrigin
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                cookie.ExpireTimeSpan = TimeSpan.FromHours(12);   // a shift and its handover
                cookie.SlidingExpiration = true;
                cookie.Events.OnValidatePrincipal = EndOldSignInsAsync;
            });
    }

    /// <summary>Puts the gate before everything that follows. Call it inside of what writes failures.</summary>
    public static void UseAccess(this WebApplication app)
    {
        var directory = app.Services.GetRequiredService<AccessDirectory>();
        var limits = app.Services.GetRequiredService<KeyLimits>();
        var anyone = Caller.Anyone.ToPrincipal("open", "");
        app.UseMiddleware<SameOrigin>();
        // Asking the schemes about a request that shows neither key nor cookie would take a tenth of a small call's time. The host asks them for every request unless told that they are taken care of.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        app.UseWhen(context => KeyAuthentication.TextOf(context.Request) is not null || context.Request.Headers.Cookie.Count > 0, shown => shown.UseAuthentication());
        app.Use((context, next) =>
        {
            if (Caller.Of(context.User) is null && directory.IsOpen) context.User = anyone;
            Actor.Set(Caller.Of(context.User)?.Actor ?? "nobody");
            if (context.Features.Get<ApiKey>() is { } key) limits.Count(key);
            return next(context);
        });
        app.UseMiddleware<PermissionGate>();
    }

    /// <summary>Signs a person in: the answer carries the cookie.</summary>
    public static Task SignInAsync(this HttpContext context, Account account) => context.SignInAsync(
        CookieAuthenticationDefaults.AuthenticationScheme,
        Caller.Of(account).ToPrincipal(CookieAuthenticationDefaults.AuthenticationScheme, account.Name, new System.Security.Claims.Claim(AccessDirectory.StampClaim, account.Stamp)));

    /// <summary>A cookie counts as long as its account is as it was.</summary>
    static Task EndOldSignInsAsync(CookieValidatePrincipalContext context)
    {
        var directory = context.HttpContext.RequestServices.GetRequiredService<AccessDirectory>();
        if (context.Principal is not { } user || !directory.IsSignedIn(user)) context.RejectPrincipal();
        return Task.CompletedTask;
    }
}
