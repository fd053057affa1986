using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Connections;
using Takt.Doors.Descriptions;
using Takt.Doors.Errors;
using Takt.Doors.Health;
using Takt.Doors.Lines;
using Takt.Doors.Metrics;
using Takt.Doors.Models;
using Takt.Doors.OpenInference;
using Takt.Doors.Requests;
using Takt.Doors.Rows;
using Takt.Doors.Runs;
using Takt.Protocols.Models;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Registry;
using Takt.Serving;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Serving.Statistics;
using Takt.Web;

namespace Takt;

/// <summary>The server: one data plane, every door and every page over it.</summary>
static class Server
{
    /// <summary>Puts the server together without starting it.</summary>
    /// <exception cref="InputException">An address is wrong, or open to other machines without leave; the registry was written by a newer Takt.</exception>
    public static WebApplication Build(ServerOptions options)
    {
        ListenAddresses.Check(options.Urls, options.AllowOpen);
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "takt", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls([.. options.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        AddLogging(builder.Logging, options);
        AddServices(builder.Services, options);
        options.Compose?.Invoke(builder);

        var app = builder.Build();
        app.UseMiddleware<DoorTimes>();
        app.UseMiddleware<RequestIds>();
        app.MapTaktPages();
        app.UseMiddleware<ErrorBodies>();
        app.UseRequestDecompression();
        app.MapOpenInferenceApi();
        app.MapRowsApi();
        app.MapModelsApi();
        app.MapRunsApi();
        app.MapLinesApi();
        app.MapHealthApi();
        app.MapMetricsApi();
        app.MapDescriptionApi();
        return app;
    }

    /// <summary>Serves until told to stop; calls under way are given time to end.</summary>
    /// <returns>0.</returns>
    /// <exception cref="InputException">An address is wrong, taken, or open to other machines without leave.</exception>
    public static async Task<int> RunAsync(ServerOptions options, CancellationToken stop)
    {
        await using var app = Build(options);
        try
        {
            await StartAsync(app, stop);
        }
        catch
        {
            await app.StopAsync(CancellationToken.None); // services that began already would take being disposed of for a crash
            throw;
        }

        foreach (string url in app.Urls) app.Logger.LogInformation("Takt serves at {Url}", url);
        await app.WaitForShutdownAsync(stop);
        return 0;
    }

    /// <summary>Starts listening.</summary>
    /// <exception cref="InputException">An address is taken or not this machine's.</exception>
    public static async Task StartAsync(WebApplication app, CancellationToken stop)
    {
        string urls = app.Configuration[WebHostDefaults.ServerUrlsKey]!.Replace(";", ", ");
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new InputException($"another program listens on {urls}", wayOut: "Stop it, or serve elsewhere with --urls http://127.0.0.1:7071");
        }
        catch (SocketException error)
        {
            throw new InputException($"cannot listen on {urls}: {error.Message}", "an address of this machine and a port that this user may open",
                "Serve elsewhere with --urls http://127.0.0.1:7071");
        }
    }

    static void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(ModelRegistry.Open(options.Home, TimeProvider.System));
        services.AddSingleton(new ServingOptions());
        services.AddSingleton<IModelCatalog, RegistryCatalog>();
        services.AddSingleton<IModelBackend, PackageBackend>();
        services.AddSingleton<ServingStatistics>();
        services.AddSingleton<DataPlane>();
        services.AddHostedService<CatalogWatch>();
        services.AddMetricsDoor();
        services.AddDescriptions();
        services.AddTaktPages();
        services.AddRequestDecompression();
        services.AddSingleton<IErrorBody, OpenInferenceErrors>();
        services.AddSingleton<IErrorBody, ProblemErrors>();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, OpenInferenceJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, RowsJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(2, ModelsJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(3, ProblemJson.Default);
        });
    }

    /// <summary>To stderr, where progress and warnings go; stdout belongs to answers.</summary>
    static void AddLogging(ILoggingBuilder logging, ServerOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        // A start that fails is told by the command that asked for it, without a stack; a service that dies stays critical.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        if (options.JsonLog) logging.AddJsonConsole(console => console.IncludeScopes = true);
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.IncludeScopes = true;
                console.TimestampFormat = "HH:mm:ss ";
            });
        }

        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
