using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Takt.Learning.Benchmarks;
using Takt.Protocols.Problems;
using Takt.Tensors.Threading;
using Takt.Terminal;

namespace Takt.Commands;

/// <summary><c>takt bench</c>: how fast this machine trains and answers.</summary>
static class BenchCommand
{
    public static Command Create()
    {
        var threads = new Option<int?>("--threads") { Description = "Threads that share the work; every core by default", HelpName = "N" };
        var seconds = new Option<double>("--seconds") { Description = "How long each workload is measured", HelpName = "S", DefaultValueFactory = _ => 2 };
        var only = new Option<string>("--only") { Description = $"Workloads, with commas between: {string.Join(", ", Benchmark.Names)}", HelpName = "NAMES", DefaultValueFactory = _ => "" };
        var phase = new Option<BenchmarkPhase?>("--phase") { Description = "Only one of the two", HelpName = "train|infer" };
        var models = new Option<string?>("--models") { Description = "Folder of ONNX files named after the workloads, to answer with instead of the traced networks", HelpName = "DIR" };
        return new Command("bench", "How fast this machine trains and answers") { threads, seconds, only, phase, models }.Does((context, stop) =>
        {
            if (context.Get(threads) is < 1) throw new InputException($"--threads {context.Get(threads)}", "at least 1");
            if (!(context.Get(seconds) is > 0 and <= 3600)) throw new InputException(Invariant($"--seconds {context.Get(seconds)}"), "more than 0, at most 3600");
            Workers.Count = context.Get(threads) ?? Workers.Count;
            string[] names = context.Get(only)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var measured = new List<Measurement>();
            foreach (var one in Benchmark.Run(names, context.Get(phase), TimeSpan.FromSeconds(context.Get(seconds)), context.Get(models)))
            {
                stop.ThrowIfCancellationRequested();
                context.Terminal.Progress.WriteLine(Invariant($"{one.Workload} {one.Phase} {one.Batch}: {one.Milliseconds} ms"));
                measured.Add(one);
            }

            return Task.FromResult(new Answer(measured, console => Show(console, measured)));
        });
    }

    static void Show(IAnsiConsole console, List<Measurement> measured)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("workload", "phase");
        foreach (string number in new[] { "batch", "threads", "ms", "samples/s" }) table.AddColumn(new TableColumn(number).RightAligned());
        foreach (var one in measured)
            table.AddRow(one.Workload, one.Phase, Invariant($"{one.Batch}"), Invariant($"{one.Threads}"), Invariant($"{one.Milliseconds:0.000}"), Invariant($"{one.PerSecond:N0}"));
        console.Write(table);
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
