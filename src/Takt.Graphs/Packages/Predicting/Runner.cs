using Takt.Data.Pipelines;
using Takt.Data.Tables;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Packages;

/// <summary>Prepares rows and runs the graph on them, piece by piece so that a large table needs little memory and can be stopped.</summary>
sealed class Runner
{
    /// <summary>Rows prepared together where each row stands for itself: enough to keep the vector units busy, small enough to stop quickly.</summary>
    const int RowsAtOnce = 16_384;

    /// <summary>Numbers given to the graph at once (16 MB): beyond that, larger pieces run no faster.</summary>
    const int NumbersAtOnce = 4 << 20;

    readonly Pipeline _pipeline;
    readonly Plan _plan;
    readonly TimeProvider _clock;
    readonly int _sampleSize;

    public Runner(Pipeline pipeline, Plan plan, TimeProvider clock)
    {
        (_pipeline, _plan, _clock) = (pipeline, plan, clock);
        int[] shape = pipeline.FeatureShape;
        _sampleSize = shape.Aggregate(1, (product, size) => product * size);
        if (plan.Inputs is not [{ Type: ElementType.Float32, Sizes: var sizes } input] || (sizes is not null && !Fits(sizes, shape)))
            throw new InputException(
                $"a graph that takes {string.Join(" and ", plan.Inputs)}", $"one float input [?, {string.Join(", ", shape)}] as the pipeline prepares it", "Train or export the model again.", "model.onnx");
        if (plan.Outputs is not [{ Type: ElementType.Float32 }]) throw new InputException($"a graph that gives {string.Join(" and ", plan.Outputs)}", "one float output", where: "model.onnx");
        Width = Ask(new float[_sampleSize], 1, CancellationToken.None).Length;
    }

    /// <summary>Outputs an answer.</summary>
    public int Width { get; }

    public Answers Run(Table rows, WindowRows which, IProgress<double>? progress, CancellationToken stop)
    {
        if (_pipeline.LooksBack || rows.RowCount <= RowsAtOnce) return RunPiece(rows, which, 0, progress, stop);

        int[] numbers = new int[rows.RowCount];
        float[] values = new float[checked(rows.RowCount * Width)];
        var times = default(PredictionTimes);
        for (int i = 0; i < numbers.Length; i++) numbers[i] = i;
        for (int start = 0; start < numbers.Length; start += RowsAtOnce)
        {
            stop.ThrowIfCancellationRequested();
            var piece = numbers.AsSpan(start, Math.Min(RowsAtOnce, numbers.Length - start));
            var answers = RunPiece(rows.Take(piece), which, start, progress: null, stop);
            answers.Values.CopyTo(values.AsSpan(start * Width));
            times += answers.Times;
            progress?.Report((start + piece.Length) / (double)numbers.Length);
        }

        return new Answers(numbers, values, Width) { Times = times };
    }

    /// <summary>Prepares rows without running anything on them.</summary>
    public (FeatureBatch Batch, PredictionTimes Times) Prepare(Table rows, WindowRows which)
    {
        long start = _clock.GetTimestamp();
        var batch = _pipeline.Transform(rows, which);
        return (batch, new(_clock.GetElapsedTime(start), default));
    }

    Answers RunPiece(Table rows, WindowRows which, int firstRow, IProgress<double>? progress, CancellationToken stop)
    {
        var (batch, preparing) = Prepare(rows, which);
        long prepared = _clock.GetTimestamp();
        var answers = Run(batch, firstRow, progress, stop);
        answers.Times = preparing with { Graph = _clock.GetElapsedTime(prepared) };
        return answers;
    }

    Answers Run(FeatureBatch batch, int firstRow, IProgress<double>? progress, CancellationToken stop)
    {
        float[] values = new float[checked(batch.Count * Width)];
        int atOnce = Math.Max(1, NumbersAtOnce / Math.Max(1, _sampleSize));
        for (int start = 0; start < batch.Count; start += atOnce)
        {
            stop.ThrowIfCancellationRequested();
            int count = Math.Min(atOnce, batch.Count - start);
            Ask(batch.Values.AsSpan(start * _sampleSize, count * _sampleSize), count, stop).CopyTo(values.AsSpan(start * Width));
            progress?.Report((start + count) / (double)batch.Count);
        }

        return InRowOrder(new Answers([.. batch.Rows.Select(row => row + firstRow)], values, Width));
    }

    float[] Ask(ReadOnlySpan<float> samples, int count, CancellationToken stop) => _plan.Run(samples, [count, .. _pipeline.FeatureShape], stop);

    /// <summary>Windows come group by group; answers are wanted as the rows stand in the table.</summary>
    static Answers InRowOrder(Answers answers)
    {
        int[] order = new int[answers.Count];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        int[] rows = [.. answers.Rows];
        Array.Sort(rows, order);
        float[] values = new float[answers.Values.Length];
        for (int i = 0; i < order.Length; i++) answers.At(order[i]).CopyTo(values.AsSpan(i * answers.Width));
        return new Answers(rows, values, answers.Width);
    }

    static bool Fits(IReadOnlyList<int> sizes, int[] shape)
    {
        if (sizes.Count != shape.Length + 1 || sizes[0] >= 0) return false;
        for (int i = 0; i < shape.Length; i++)
            if (sizes[i + 1] >= 0 && sizes[i + 1] != shape[i]) return false;
        return true;
    }
}
