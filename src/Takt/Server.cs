using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Takt.Access;
using Takt.Doors.Access;
using Takt.Doors.Deployments;
using Takt.Doors.Descriptions;
using Takt.Doors.Errors;
using Takt.Doors.Explanations;
using Takt.Doors.Grpc;
using Takt.Doors.Health;
using Takt.Doors.Invocations;
using Takt.Doors.Lines;
using Takt.Doors.Metrics;
using Takt.Doors.Models;
using Takt.Doors.OpenInference;
using Takt.Doors.OpenInference.Grpc;
using Takt.Doors.Requests;
using Takt.Doors.Rows;
using Takt.Doors.Runs;
using Takt.Doors.TensorFlowServing;
using Takt.Doors.WrittenCalls;
using Takt.Logs;
using Takt.Protocols.Access;
using Takt.Protocols.Explanations;
using Takt.Protocols.Models;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Registry;
using Takt.Serving;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Serving.Energy;
using Takt.Serving.Planes;
using Takt.Serving.Replays;
using Takt.Serving.Requests;
using Takt.Serving.Statistics;
using Takt.Serving.Traces;
using Takt.Traces;
using Takt.Web;

namespace Takt;

/// <summary>The server: one data plane, every door and every page over it.</summary>
static class Server
{
    /// <summary>Puts the server together without starting it.</summary>
    /// <exception cref="InputException">An address is wrong, or reaches further than is allowed; the registry was written by a newer Takt.</exception>
    public static WebApplication Build(ServerOptions options)
    {
        var grpcUrls = options.GrpcUrls ?? ListenAddresses.GrpcBeside(options.Urls);
        ListenAddresses.Check([.. options.Urls, .. grpcUrls], options.AllowOpen, options.AllowPlaintext);
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "takt", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The table by which HTTP/2 shortens repeated headers costs a small call more than it saves: each answer's id and date are new to it.
            kestrel.AllowResponseHeaderCompression = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
            // A tensor of a whole batch of images should travel in few round trips.
            kestrel.Limits.Http2.InitialStreamWindowSize = 4 << 20;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 8 << 20;
            if (options.Urls.Concat(grpcUrls).Any(url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)))
                kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = options.Certificate ?? Certificates.OwnOf(options.Home, TimeProvider.System));
            foreach (string url in options.Urls) ListenAddresses.Listen(kestrel, url, HttpProtocols.Http1AndHttp2);
            foreach (string url in grpcUrls) ListenAddresses.Listen(kestrel, url, HttpProtocols.Http2);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        AddLogging(builder.Logging, options);
        AddServices(builder.Services, options);
        options.Compose?.Invoke(builder);

        var app = builder.Build();
        app.Services.GetRequiredService<ServerSettings>().Follow(); // first: they say what is told of the rest
        app.Services.GetService<TraceExport>();
        app.UseMiddleware<DoorTimes>();
        app.UseMiddleware<RequestIds>();
        app.UseMiddleware<DoorTraces>();
        app.MapTaktPages();
        app.UseMiddleware<ErrorBodies>();
        app.UseAccess();
        app.UseRequestDecompression();
        app.MapSignIn();
        app.MapOpenInferenceApi();
        OpenInferenceGrpc.Map(app, options.MaxRequestBytes);
        HealthGrpc.Map(app, options.MaxRequestBytes);
        ReflectionGrpc.Map(app, options.MaxRequestBytes, app.Logger);
        app.MapTensorFlowServingApi();
        app.MapInvocationsApi();
        app.MapRowsApi();
        app.MapExplainApi();
        app.MapModelsApi();
        app.MapDeploymentsApi();
        app.MapRequestsApi();
        app.MapReplaysApi();
        app.MapRunsApi();
        app.MapLinesApi();
        app.MapHealthApi();
        app.MapMetricsApi();
        app.MapAccessApi();
        app.MapDescriptionApi();
        return app;
    }

    /// <summary>Serves until told to stop; calls under way are given time to end.</summary>
    /// <returns>0.</returns>
    /// <exception cref="InputException">An address is wrong, taken, or reaches further than is allowed.</exception>
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

        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(LogSwitches.Start);
        foreach (string url in app.Urls.Take(options.Urls.Count)) log.LogInformation("Takt serves at {Url}", url);
        foreach (string url in app.Urls.Skip(options.Urls.Count)) log.LogInformation("and over gRPC at {Url}", url);
        app.Services.GetRequiredService<AccessDirectory>().Refresh();   // tells how the first administrator is made, below the addresses
        await app.WaitForShutdownAsync(stop);
        return 0;
    }

    /// <summary>Starts listening.</summary>
    /// <exception cref="InputException">An address is taken or not this machine's.</exception>
    public static async Task StartAsync(WebApplication app, CancellationToken stop)
    {
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            // The exception knows which of several addresses it was, in its words alone.
            string address = Array.Find(error.Message.Split(' '), word => word.Contains("://", StringComparison.Ordinal))?.TrimEnd(':', '.') ?? "an address";
            throw new InputException($"another program listens on {address}", wayOut: "Stop it, or serve elsewhere with --urls http://127.0.0.1:7170");
        }
        catch (SocketException error)
        {
            string urls = string.Join(", ", app.Services.GetRequiredService<ServerOptions>().Urls);
            throw new InputException($"cannot listen on {urls}: {error.Message}", "an address of this machine and a port that this user may open",
                "Serve elsewhere with --urls http://127.0.0.1:7170");
        }
    }

    static void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IMemoryPoolFactory<byte>, ReadBlocks>();
        services.AddSingleton(ModelRegistry.Open(options.Home, TimeProvider.System));
        services.AddSingleton(options.Serving);
        services.AddSingleton<IModelCatalog, RegistryCatalog>();
        services.AddSingleton<IModelBackend, PackageBackend>();
        services.AddSingleton(new EnergyMeter(options.Serving.Energy));
        services.AddSingleton<ServingStatistics>();
        services.AddSingleton<RequestLog>();
        services.AddSingleton(_ => new Tracing(options.Traces is { } traces ? new TraceSettings(Rate: traces.Rate) : null));
        if (options.Traces is not null) services.AddSingleton(provider => new TraceExport(options.Traces, provider.GetRequiredService<ILogger<TraceExport>>()));
        services.AddSingleton<DataPlane>();
        services.AddHostedService<RequestLogWriter>();
        services.AddSingleton<Replayer>();
        services.AddSingleton<ReplayOperations>();
        services.AddHostedService<CatalogWatch>();
        services.AddAccess(options);
        services.AddMetricsDoor();
        services.AddDescriptions();
        services.AddTaktPages();
        services.AddRequestDecompression();
        services.AddSingleton<ModelFacts>();
        services.AddSingleton<ServerSettings>();
        services.AddHostedService<SettingsWatch>();
        services.AddSingleton<FailureWriter>();
        services.AddSingleton<IErrorBody, GrpcErrors>();   // first: what speaks gRPC does so at any path
        services.AddSingleton<IErrorBody>(new InferErrors("/v2"));
        services.AddSingleton<IErrorBody>(new InferErrors("/v1/models"));
        services.AddSingleton<IErrorBody, PageErrors>();
        services.AddSingleton<IErrorBody, InvocationsErrors>();
        services.AddSingleton<IErrorBody, ProblemErrors>();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, OpenInferenceJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, RowsJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(2, ModelsJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(3, ProblemJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(4, AccessJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(5, ExtensionsJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(6, ExplanationsJson.Default);
        });
    }

    /// <summary>To stderr, where progress and warnings go; stdout belongs to answers.</summary>
    static void AddLogging(ILoggingBuilder logging, ServerOptions options)
    {
        logging.ClearProviders();
        var switches = new LogSwitches();
        logging.Services.AddSingleton(switches);
        logging.SetMinimumLevel(LogLevel.Trace); // the switches decide
        logging.AddFilter(switches.Allows);
        logging.AddFilter(LogSwitches.Start, level => level >= LogLevel.Information);
        foreach (string others in (string[])["Microsoft", "System"]) logging.AddFilter(others, switches.AllowsOfLibraries);
        logging.Services.AddSingleton<IOptionsChangeTokenSource<SimpleConsoleFormatterOptions>>(switches);
        logging.Services.AddOptions<SimpleConsoleFormatterOptions>().Configure(console => console.TimestampFormat = switches.TimestampFormat);
        // It logs only what ErrorBodies has logged, but makes an Activity and a scope of every request for it: not unless every request is to be told.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", level => switches.Settings.Verbose > 0 && switches.AllowsOfLibraries(level));
        // That keys on disk are not encrypted is so by design: the home folder's rights protect them, as they protect the models.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", level => level >= LogLevel.Error && switches.AllowsOfLibraries(level));
        // A start that fails is told by the command that asked for it, without a stack; a service that dies stays critical.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        if (options.JsonLog) logging.AddJsonConsole(console => console.IncludeScopes = true);
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.IncludeScopes = true;
            });
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
