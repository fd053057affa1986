using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Takt.Protocols.Access;
using Takt.Protocols.Problems;
using Takt.Terminal;

namespace Takt.Commands.Access;

/// <summary><c>takt audit</c>: who did what, and which version was live when.</summary>
static class AuditCommand
{
    public static Command Create()
    {
        var list = List();
        return new Command("audit", "Who did what, and which version was live when") { Action = list.Action, Subcommands = { list, Verify(), Live() } };
    }

    static Command List()
    {
        var about = new Option<string?>("--about") { Description = "Only this model, person or key" };
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = _ => 50 };
        return new Command("list", "The entries, newest first") { about, limit }.Does((context, _) =>
        {
            var entries = context.OpenRegistry().Audit.List(Math.Max(1, context.Get(limit)), subject: context.Get(about));
            return Task.FromResult(new Answer(new { entries }, console =>
            {
                var table = new Table().Border(TableBorder.Rounded).AddColumns("#", "when (UTC)", "who", "what", "about", "more");
                foreach (var entry in entries)
                    table.AddRow(entry.Id.ToString(CultureInfo.InvariantCulture), entry.At[..19].Replace('T', ' '), Markup.Escape(entry.Actor), entry.Kind,
                        Markup.Escape(entry.Subject), Markup.Escape(entry.Detail is { Length: > 24 } detail ? detail[..16] + "…" : entry.Detail ?? ""));
                console.Write(table);
            }));
        });
    }

    static Command Verify()
    {
        var expected = new Option<string?>("--head") { Description = "A last hash written down before: it must still be in the chain", HelpName = "HASH" };
        return new Command("verify", "Recompute the chain of hashes over all entries") { expected }.Does((context, _) =>
        {
            var audit = context.OpenRegistry().Audit;
            var report = audit.Verify();
            bool known = context.Get(expected) is not { } head || audit.Holds(head);
            return Task.FromResult(new Answer(new { whole = report.IsWhole && known, entries = report.Entries, head = report.Head, brokenAt = report.BrokenAt, unnoted = report.Unnoted, holdsHead = known }, console =>
            {
                if (report.BrokenAt is { } broken) console.Line($"Entry {broken} does not fit: the database was changed by hand. The {report.Entries} entries before it are whole.");
                else if (report.Unnoted is { } unnoted) console.Line($"The registry holds what no entry tells of ({unnoted}): the database was changed by hand.");
                else if (!known) console.Line("The chain is whole in itself, but the hash given is not in it: entries were cut off or all of it was written anew.");
                else console.Line($"The chain of {report.Entries} entries is whole. Its last hash, to write down elsewhere: {report.Head}");
            }, report.IsWhole && known ? ExitCodes.Success : ExitCodes.WorkFailed));
        });
    }

    static Command Live()
    {
        var model = new Argument<string>("MODEL") { Description = "Its bare name" };
        var at = new Option<string?>("--at") { Description = "When, as in 2026-03-01T12:00Z; default now", HelpName = "TIME" };
        return new Command("live", "Which versions answered for a model's bare name at a time, as it was wanted") { model, at }.Does((context, _) =>
        {
            var moment = context.Get(at) is not { } text ? TimeProvider.System.GetUtcNow()
                : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed
                : throw new InputException($"time '{text}'", "2026-03-01T12:00Z");
            string name = context.Get(model);
            var live = context.OpenRegistry().Audit.LiveAt(name, moment);
            return Task.FromResult(new Answer(live, console =>
            {
                foreach (string line in Told(live)) console.Line(line);
            }));
        });
    }

    static IEnumerable<string> Told(LiveVersions live)
    {
        string said = live.Revision is { } revision ? $" (revision {revision} of its deployment)" : "";
        if (live.Stopped) yield return $"{live.Model} was stopped{said}.";
        else if (live.Version is { } alone) yield return $"{live.Model} was version {alone}{said}.";
        else if (live is { Answering: [], Rules: [] }) yield return $"No version answered for {live.Model} then{said}.";
        else yield return $"{live.Model} was {string.Join(", ", live.Answering.Select(a => string.Create(CultureInfo.InvariantCulture, $"version {a.Version} ({a.Share:P0})")))}{(live.SplitBy is { } by ? $", split by {by}" : "")}{said}.";
        foreach (var rule in live.Rules)
            yield return $"Where {string.Join(" and ", rule.When.Select(w => $"{w.Key} = {w.Value}"))}: {(rule.Version is { } number ? $"version {number}" : "no version")}.";
        foreach (var (version, found, reason) in live.NotLoaded)
            yield return string.Create(CultureInfo.InvariantCulture, $"But a server could not load version {version} ({found.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC), and left its calls with what answered before, where there was something. {reason}");
    }
}
