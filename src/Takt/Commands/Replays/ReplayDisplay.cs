using System.Globalization;
using Spectre.Console;
using Takt.Protocols.Requests;
using Takt.Terminal;

namespace Takt.Commands.Replays;

/// <summary>Shows how a replay goes and what it found.</summary>
static class ReplayDisplay
{
    /// <summary>Differing calls that a person is shown; <c>--json</c> has up to a hundred.</summary>
    const int CallsShown = 5;

    /// <summary>A bar on a terminal, one plain line every tenth of the way elsewhere.</summary>
    public static Task<T> RunAsync<T>(IAnsiConsole console, Func<IProgress<(int Done, int Total)>, Task<T>> work) =>
        console.Profile.Out.IsTerminal
            ? console.Progress()
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
                .StartAsync(context => work(new Bar(context.AddTask("replaying"))))
            : work(new Lines(console));

    public static void Show(IAnsiConsole console, ReplayReport report)
    {
        console.Line($"{report.Requests} calls of {report.Model} on version {report.To}: {report.Compared} compared, {report.Equal} of them equal to the last bit.");
        if (report.AskedAnew > 0) console.Line($"{report.AskedAnew} were asked of the first version again too: values of theirs are redacted and were missing this time.");
        if (report.Failed > 0) console.Line($"{report.Failed} were answered then and are not now: {report.Problem}");
        if (report.AnsweredNow + report.FailedBoth > 0) console.Line($"{report.AnsweredNow + report.FailedBoth} were not answered then; {report.AnsweredNow} of them are now.");
        foreach (var (reason, count) in report.Skipped) console.Line($"{count} could not be replayed: {reason}.");
        if (report.Tensors.Count > 0)
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumns("tensor", "elements", "equal bits", "decisions differ", "greatest difference", "relative");
            foreach (var tensor in report.Tensors)
                table.AddRow(Markup.Escape(tensor.Name), Figures.Count(tensor.Elements), Figures.Share(tensor.EqualBits, tensor.Elements), Figures.Count(tensor.Decisions),
                    Markup.Escape(Text(tensor.Absolute, report)), Markup.Escape(Text(tensor.Relative, report)));
            console.Write(table);
        }

        if (report is { Then: { } then, Now: { } now })
            console.Line(string.Create(CultureInfo.InvariantCulture, $"Inside the model: median {then.MedianMs:0.###} ms then, {now.MedianMs:0.###} ms now; 95 % within {then.P95Ms:0.###} ms then, {now.P95Ms:0.###} ms now."));
        if (report.Differing.Count > 0)
            console.Line($"Most different calls: {string.Join(", ", report.Differing.Take(CallsShown).Select(d => d.Request))}{(report.Differing.Count > CallsShown ? ", …" : "")}");
        if (report.Exceeds is { } exceeds) console.Line(exceeds ? "Beyond the tolerance." : "Within the tolerance.");
    }

    static string Text(ElementDifference? difference, ReplayReport report) => difference is null ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{difference.Difference?.ToString("G4", CultureInfo.InvariantCulture) ?? "infinite"} at {difference.Place}{(report.Requests > 1 ? $" of call {difference.Request}" : "")}");

    sealed class Bar(ProgressTask task) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => (task.MaxValue, task.Value) = (Math.Max(1, value.Total), value.Done);
    }

    sealed class Lines(IAnsiConsole console) : IProgress<(int Done, int Total)>
    {
        int _tenth = -1;

        public void Report((int Done, int Total) value)
        {
            int tenth = value.Total == 0 ? 0 : 10 * value.Done / value.Total;
            if (tenth == _tenth) return;
            _tenth = tenth;
            console.Line($"replayed {value.Done} of {value.Total}");
        }
    }
}
