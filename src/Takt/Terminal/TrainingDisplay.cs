using System.Globalization;
using Spectre.Console;
using Takt.Learning.Jobs;

namespace Takt.Terminal;

/// <summary>Shows how a training goes: a bar on a terminal, one plain line an epoch elsewhere.</summary>
static class TrainingDisplay
{
    public static Task<T> RunAsync<T>(IAnsiConsole console, Func<IProgress<JobProgress>, Task<T>> work) =>
        console.Profile.Out.IsTerminal
            ? console.Progress()
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
                .StartAsync(context => work(new Bar(context.AddTask("reading"))))
            : work(new Lines(console));

    /// <summary>What is told of an epoch.</summary>
    static string Describe(JobProgress progress)
    {
        string member = progress.Members > 1 ? string.Create(CultureInfo.InvariantCulture, $"network {progress.Member}/{progress.Members} ") : "";
        if (progress.Training is not { } now) return member + progress.Phase.ToString().ToLowerInvariant();
        string validation = now.Validation is { } value ? string.Create(CultureInfo.InvariantCulture, $"  validation {value:0.####} (best {now.Best:0.####})") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{member}epoch {now.Epoch}/{now.Epochs}  loss {now.Loss:0.####}{validation}  {now.Left.TotalSeconds:0} s left at most");
    }

    sealed class Bar(ProgressTask task) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            task.Description = Markup.Escape(Describe(value));
            task.Value = 100 * (value.Phase == JobPhase.Done ? 1 : value.Share ?? 0);
        }
    }

    sealed class Lines(IAnsiConsole console) : IProgress<JobProgress>
    {
        JobPhase? _phase;
        int _epoch, _member;

        public void Report(JobProgress value)
        {
            bool epochBegins = value.Training is { } now && (now.Epoch, value.Member) != (_epoch, _member);
            if (value.Phase == _phase && !epochBegins) return;
            (_phase, _epoch, _member) = (value.Phase, value.Training?.Epoch ?? 0, value.Member);
            console.Line(Describe(value));
        }
    }
}
