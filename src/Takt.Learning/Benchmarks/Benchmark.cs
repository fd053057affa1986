using System.Diagnostics;
using Takt.Protocols.Problems;
using Takt.Tensors.Threading;

namespace Takt.Learning.Benchmarks;

/// <summary>Measures how fast this machine trains and answers.</summary>
public static class Benchmark
{
    /// <summary>Steps before measuring: what fills caches and pools.</summary>
    const int WarmUpSteps = 5;

    /// <summary>Time before measuring: as long as the runtime takes to compile what it finds hot, in the background, for good.</summary>
    static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.6);

    /// <summary>The workloads there are, in the order they run.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Workloads.All.Select(w => w.Name)];

    /// <summary>Measures workload after workload.</summary>
    /// <param name="only">Names of those to run; empty = all.</param>
    /// <param name="phase">What to measure; null = both.</param>
    /// <param name="duration">How long each is measured; at least five steps in any case.</param>
    /// <param name="models">Folder of stored graphs (<c>NAME.onnx</c>) to answer with instead of the traced networks, so that a peer can run the same files; null = none.</param>
    /// <returns>One measurement for each phase and batch, as soon as it is there.</returns>
    /// <exception cref="InputException">A name that no workload has.</exception>
    public static IEnumerable<Measurement> Run(IReadOnlyCollection<string> only, BenchmarkPhase? phase, TimeSpan duration, string? models = null)
    {
        Problem[] unknown = [.. only.Where(name => !Names.Contains(name)).Select(name =>
            new Problem($"the workload '{name}'", $"one of {string.Join(", ", Names)}", NearestName.Suggest(name, [.. Names])))];
        if (unknown.Length > 0) throw new InputException(unknown);
        if (models is not null && !Directory.Exists(models)) throw new InputException($"no folder '{models}'", "one with graphs named after the workloads (mlp.onnx, …)");
        return Workloads.All.Where(w => only.Count == 0 || only.Contains(w.Name)).SelectMany(w => Run(w, phase, duration, models));
    }

    static IEnumerable<Measurement> Run(Workload workload, BenchmarkPhase? phase, TimeSpan duration, string? models)
    {
        if (phase is null or BenchmarkPhase.Train && workload.TrainingBatch > 0)
            yield return Measure(workload.Name, "train", workload.TrainingBatch, workload.Training(), duration);
        if (phase is not (null or BenchmarkPhase.Infer)) yield break;
        foreach (int batch in workload.InferenceBatches(models))
            yield return Measure(workload.Name, "infer", batch, workload.Inference(batch, models), duration);
    }

    static Measurement Measure(string workload, string phase, int batch, Action step, TimeSpan duration)
    {
        Repeat(step, s_warmUp, WarmUpSteps, []);
        var times = new List<long>();
        Repeat(step, duration, 5, times);
        times.Sort();
        double milliseconds = times[times.Count / 2] * 1000.0 / Stopwatch.Frequency;
        return new(workload, phase, batch, Workers.Count, Math.Round(batch / milliseconds * 1000, 1), Math.Round(milliseconds, 4));
    }

    static void Repeat(Action step, TimeSpan atLeast, int steps, List<long> times)
    {
        long start = Stopwatch.GetTimestamp(), begin = start;
        do
        {
            step();
            long now = Stopwatch.GetTimestamp();
            times.Add(now - begin);
            begin = now;
        }
        while (Stopwatch.GetElapsedTime(start, begin) < atLeast || times.Count < steps);
    }
}
