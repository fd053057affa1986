using System.CommandLine;
using Takt.Access;
using Takt.Demo;
using Takt.Protocols.Problems;
using Takt.Serving.Energy;
using Takt.Serving.Planes;
using Takt.Tensors.Threading;
using Takt.Traces;

namespace Takt.Commands;

/// <summary><c>takt serve</c></summary>
static class ServeCommand
{
    public static Command Create()
    {
        var urls = new Option<string[]>("--urls")
        {
            Description = "Addresses to listen on",
            HelpName = "URL",
            DefaultValueFactory = _ => [ServerOptions.DefaultUrl],
            AllowMultipleArgumentsPerToken = true,
        };
        var demo = new Option<bool>("--demo") { Description = "Add a simulated plant, train a model on it and watch its line" };
        var grpc = new Option<string[]?>("--grpc-urls") { Description = "Addresses for gRPC; default: beside each http address the next port, as in http://127.0.0.1:7071", HelpName = "URL", AllowMultipleArgumentsPerToken = true };
        var certificate = new Option<string?>("--certificate") { Description = "Certificate for https addresses, PFX or PEM; default: one that Takt makes itself", HelpName = "FILE" };
        var certificateKey = new Option<string?>("--certificate-key") { Description = "Its private key, where that is a PEM file of its own", HelpName = "FILE" };
        var certificatePassword = new Option<string?>("--certificate-password") { Description = "File that holds its password", HelpName = "FILE" };
        var plaintext = new Option<bool>("--allow-plaintext") { Description = "Let other machines speak without encryption: anyone on the way can read passwords and keys" };
        var open = new Option<bool>("--allow-open") { Description = "Ask nobody who they are: whoever reaches the address may use and change everything" };
        var memory = new Option<long?>("--memory") { Description = "Memory that loaded models may take together, in MiB; those used least recently go first. Default three quarters of the machine's", HelpName = "MIB" };
        var threads = new Option<int?>("--threads") { Description = "Threads that may share one call of a model, where its deployment says nothing (limits.threads); default all cores", HelpName = "N" };
        var jsonLog = new Option<bool>("--json-log") { Description = "Log lines as JSON" };
        var watts = new Option<double>("--watts-per-core")
        {
            Description = "Power of a busy core, for the energy of predictions where the processors tell none",
            HelpName = "W",
            DefaultValueFactory = _ => EnergyOptions.DefaultWattsPerCore,
        };
        var otlp = new Option<string?>("--otlp") { Description = "Send traces of calls to an OpenTelemetry collector, as in http://collector:4318; default: to nobody, unless OTEL_EXPORTER_OTLP_ENDPOINT is set", HelpName = "URL" };
        var traceRate = new Option<int?>("--trace-rate") { Description = "Trace one call in so many; default each", HelpName = "N" };
        return new Command("serve", "Serve every model over HTTP, with pages at the same address") { urls, grpc, certificate, certificateKey, certificatePassword, plaintext, open, demo, memory, threads, watts, otlp, traceRate, jsonLog }.Runs((context, stop) =>
        {
            if (context.Get(threads) is { } most) Workers.Count = most > 0 ? most : throw new InputException($"--threads {most}", "threads, at least 1");
            var options = new ServerOptions
            {
                Home = context.Home,
                Urls = Split(context.Get(urls)!),
                GrpcUrls = context.Get(grpc) is { Length: > 0 } own ? Split(own) : null,
                AllowOpen = context.Get(open),
                AllowPlaintext = context.Get(plaintext),
                Certificate = context.Get(certificate) is { } file ? Certificates.Read(file, context.Get(certificateKey), context.Get(certificatePassword)) : null,
                JsonLog = context.Get(jsonLog),
                Traces = TraceOptions.Read(context.Get(otlp), context.Get(traceRate), Environment.GetEnvironmentVariable),
                Serving = new()
                {
                    MemoryBudget = context.Get(memory) is not { } mebibytes ? new ServingOptions().MemoryBudget : mebibytes > 0 ? mebibytes << 20 : throw new InputException($"--memory {mebibytes}", "MiB, at least 1"),
                    Energy = new() { WattsPerCore = context.Get(watts) is > 0 and < 1e4 and var power ? power : throw new InputException($"--watts-per-core {context.Get(watts)}", "watts, more than 0") },
                },
            };
            return Server.RunAsync(context.Get(demo) ? DemoPlant.AddTo(options) : options, stop);
        });
    }

    static string[] Split(string[] urls) => [.. urls.SelectMany(u => u.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
