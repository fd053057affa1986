using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Takt.Data.Profiles;
using Takt.Data.Readers;
using Takt.Terminal;

namespace Takt.Commands.Data;

/// <summary><c>takt data profile</c></summary>
static class ProfileData
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A table (.csv, .tsv, .txt, .jsonl, each also .gz)" };
        var target = new Option<string?>("--target") { Description = "The column to be predicted: adds what goes with it and what would leak it", HelpName = "C" };
        var reading = new ReadingFlags();
        return reading.AddTo(new Command("profile", "What is in a file: types, distributions, gaps, and what to look at before learning from it") { file, target }).Does((context, stop) =>
        {
            var read = TableReader.Read(context.Get(file), reading.Options(context), stop: stop);
            ReadingFlags.Tell(context, read);
            var profile = Profiler.Profile(read.Table, context.Get(target), stop: stop);
            var document = new { file = Path.GetFullPath(context.Get(file)), sha256 = read.Sha256, format = read.Format, badRows = read.BadRowCount, profile };
            return Task.FromResult(new Answer(document, console => Show(console, read, profile)));
        });
    }

    static void Show(IAnsiConsole console, ReadResult read, TableProfile profile)
    {
        console.WriteLine($"{Figures.Count(profile.Rows)} rows, {profile.Columns.Count} columns; {read.BadRowCount} bad rows; {profile.DuplicateRows} repeated rows");
        var table = new Table().Border(TableBorder.Rounded).AddColumns("column", "kind", "role", "missing", "different", "typical", "range", "distribution", "with target");
        foreach (var c in profile.Columns)
        {
            table.AddRow(
                Markup.Escape(c.Unit is null ? c.Name : $"{c.Name} [{c.Unit}]"), c.Kind.ToString().ToLowerInvariant(), c.SuggestedRole.ToString().ToLowerInvariant(),
                c.Missing == 0 ? "" : Figures.Share(c.Missing, profile.Rows), Figures.Count(c.Distinct), Markup.Escape(Typical(c)), Markup.Escape(Range(c)), Bars(c),
                c.Association is { } with ? Figures.Number(with.Strength) : "");
        }

        console.Write(table);
        if (profile.Target is { Classes: { } classes } t) console.WriteLine($"{t.Name}: {string.Join(", ", classes.Select(k => $"{k.Value} {Figures.Share(k.Count, profile.Rows)}"))}");
        else if (profile.SuggestedTarget is { } suggested) console.WriteLine($"'{suggested}' looks like a target: --target '{suggested}' tells more.");
        foreach (var warning in profile.Warnings) console.MarkupLine($"[yellow]![/] {Markup.Escape(warning.ToString())}");
    }

    static string Typical(ColumnProfile c) => c.Numbers is { } n ? Figures.Number(n.Quantiles.P50) : c.Top is { Count: > 0 } top ? top[0].Value : "";

    static string Range(ColumnProfile c) =>
        c.Numbers is { } n ? $"{Figures.Number(n.Minimum)} to {Figures.Number(n.Maximum)}"
        : c.Times is { } t ? string.Create(CultureInfo.InvariantCulture, $"{t.First:yyyy-MM-dd HH:mm} to {t.Last:yyyy-MM-dd HH:mm}")
        : "";

    /// <summary>The histogram in one line of characters.</summary>
    static string Bars(ColumnProfile c)
    {
        const string heights = "▁▂▃▄▅▆▇█";
        if (c.Numbers?.Histogram is not { } histogram) return "";
        int most = Math.Max(1, histogram.Counts.Max());
        return string.Concat(histogram.Counts.Select(n => n == 0 ? ' ' : heights[Math.Min(heights.Length - 1, n * heights.Length / most)]));
    }
}
