using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Serving.Planes;
using Takt.Web;
using Takt.Web.Access;

namespace Takt.Monitoring.Tests.Web;

/// <summary>The pages on a port of their own, for a visitor who is already known. How visitors become known is the program's matter and tested there.</summary>
static class PagesHost
{
    /// <summary>Starts it.</summary>
    /// <param name="registry">The registry the pages read.</param>
    /// <param name="plane">The data plane they ask.</param>
    /// <param name="visitor">Who visits at the moment of a request; null = somebody who may do anything.</param>
    public static async Task<WebApplication> StartAsync(ModelRegistry registry, DataPlane plane, Func<Caller>? visitor = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(registry).AddSingleton(plane).AddTaktPages();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie => cookie.Events.OnRedirectToAccessDenied = refused =>
        {
            refused.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
        builder.Services.AddAuthorization(policies =>
        {
            foreach (var permission in (Permissions[])[Permissions.Read, Permissions.Predict, Permissions.Manage, Permissions.Administer])
                policies.AddPolicy(PermissionPolicies.PolicyOf(permission), policy => policy.RequireAssertion(context => Caller.Of(context.User)!.May(permission)));
        });
        var app = builder.Build();
        app.UseAuthentication();
        app.Use((context, next) =>
        {
            context.User = (visitor?.Invoke() ?? Caller.Anyone).ToPrincipal("test", "");
            return next(context);
        });
        app.UseAuthorization();
        app.MapTaktPages();
        await app.StartAsync();
        return app;
    }
}
