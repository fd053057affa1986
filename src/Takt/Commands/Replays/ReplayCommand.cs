using System.CommandLine;
using System.Globalization;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Takt.Client;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Serving;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Serving.Replays;
using Takt.Serving.Statistics;
using Takt.Terminal;

namespace Takt.Commands.Replays;

/// <summary><c>takt replay</c>: sends written calls to another version and compares its answers with those that were given.</summary>
static class ReplayCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The model whose calls were written down" };
        var to = new Option<string>("--to") { Description = "The version that is asked: its number or an alias", HelpName = "VERSION", Required = true };
        var version = new Option<int?>("--version-then") { Description = "Only calls that this version answered", HelpName = "VERSION" };
        var from = new Option<string?>("--from") { Description = "Only calls from then on, as in 2026-03-01T12:00Z", HelpName = "TIME" };
        var until = new Option<string?>("--until") { Description = "Only calls before then", HelpName = "TIME" };
        var limit = new Option<int>("--limit") { Description = "The newest so many", DefaultValueFactory = _ => ReplayOrder.UsualLimit };
        var tolerance = new Option<double?>("--tolerance") { Description = "Fail (exit code 1) when numbers differ by more than this, a decision differs, or a call is not answered any more", HelpName = "X" };
        var server = new Option<string?>("--server") { Description = "Let a running server do it with its own data plane, instead of loading the version here", HelpName = "URL" };
        var key = new Option<string?>("--key") { Description = "File that holds a key of that server", HelpName = "FILE" };
        return new Command("replay", "Send written calls to another version and compare its answers with those that were given") { model, to, version, from, until, limit, tolerance, server, key }.Does(async (context, stop) =>
        {
            var order = new ReplayOrder(context.Get(model), context.Get(to)!)
            {
                Version = context.Get(version), From = Time(context.Get(from), "--from"), Until = Time(context.Get(until), "--until"), Limit = context.Get(limit), Tolerance = context.Get(tolerance),
            };
            var report = await ReplayDisplay.RunAsync(context.Terminal.Progress, progress =>
                context.Get(server) is { } address ? AtServerAsync(address, KeyIn(context.Get(key)), order, progress, stop) : HereAsync(context, order, progress, stop));
            return new Answer(report, console => ReplayDisplay.Show(console, report), report.Exceeds == true ? ExitCodes.WorkFailed : ExitCodes.Success);
        });
    }

    static async Task<ReplayReport> HereAsync(CommandContext context, ReplayOrder order, IProgress<(int Done, int Total)> progress, CancellationToken stop)
    {
        var registry = context.OpenRegistry();
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var plane = new DataPlane(
            new RegistryCatalog(registry), new PackageBackend(TimeProvider.System), new ServingStatistics(services.GetRequiredService<IMeterFactory>()), new ServingOptions(), TimeProvider.System, NullLogger<DataPlane>.Instance);
        return await new Replayer(registry, plane).RunAsync(order, progress, stop);
    }

    static async Task<ReplayReport> AtServerAsync(string address, string? key, ReplayOrder order, IProgress<(int Done, int Total)> progress, CancellationToken stop)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) throw new InputException($"--server {address}", "an address as in http://127.0.0.1:7070");
        using var takt = new TaktClient(uri, key);
        try
        {
            return await takt.Requests.ReplayAsync(order, new Told(progress), stop);
        }
        catch (TaktException refused) when (refused.Status is >= 400 and < 500)
        {
            throw new InputException(refused.Problems);
        }
    }

    static string? KeyIn(string? file) => file is null ? null : File.Exists(file) ? File.ReadAllText(file).Trim() : throw new InputException($"no file '{file}'", "a file that holds a key: 'takt_…'");

    static DateTimeOffset? Time(string? text, string option) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw new InputException($"{option} {text}", "a time as in 2026-03-01T12:00Z");

    sealed class Told(IProgress<(int, int)> progress) : IProgress<ReplayOperation>
    {
        public void Report(ReplayOperation value) => progress.Report((value.Done, value.Total));
    }
}
