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
        var app = builder.Build();
        app.Use((context, next) =>
        {
            var caller = visitor?.Invoke() ?? Caller.Anyone;
            context.User = caller.ToPrincipal("test", "");
            if (context.GetEndpoint()?.NeededPermissionsOf().All(needed => caller.May(needed.Permission)) != false) return next(context);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
        app.MapTaktPages();
        await app.StartAsync();
        return app;
    }
}
