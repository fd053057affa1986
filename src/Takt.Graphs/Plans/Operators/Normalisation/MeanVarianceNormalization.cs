using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>(x − mean) / (√variance + 1e-9) with both over some axes, by default batch, height and width (so that here, by definition, a row depends on its batch mates).</summary>
sealed class MeanVarianceNormalization(Node node) : Kernel
{
    /// <summary>What the ONNX definition adds to the deviation so that a constant stays finite.</summary>
    const double Epsilon = 1e-9;

    readonly long[] _axes = node.Short("axes") ?? [0, 2, 3];

    public override void Run(Call call)
    {
        switch (call.Input().Type)
        {
            case ElementType.Float32: Run<float>(call); break;
            case ElementType.Float64: Run<double>(call); break;
            case var type: throw call.Wrong($"an input of {type}", "Float32, Float64 or Float16");
        }
    }

    void Run<T>(Call call) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var input = call.Input();
        Span<int> steps = stackalloc int[input.Rank], kept = stackalloc int[input.Rank], position = stackalloc int[input.Rank];
        input.Sizes.CopyTo(kept);
        foreach (long axis in _axes) kept[call.Axis(axis, input.Rank)] = 1;
        Broadcast.Steps(kept, steps);
        int groups = 1;
        foreach (int size in kept) groups *= size;

        var x = input.Read<T>();
        var y = call.Output.Write<T>(input.Sizes);
        if (x.IsEmpty) return;
        var moments = call.Scratch.Take<T>(2L * groups);
        Span<T> means = moments[..groups], deviations = moments[groups..];
        moments.Clear();
        T count = T.CreateTruncating(x.Length / groups), epsilon = T.CreateTruncating(Epsilon);

        position.Clear();
        for (int i = 0; i < x.Length; i++, Broadcast.Advance(position, input.Sizes)) means[Broadcast.Offset(position, steps)] += x[i];
        foreach (ref var mean in means) mean /= count;
        for (int i = 0; i < x.Length; i++, Broadcast.Advance(position, input.Sizes))
        {
            int group = Broadcast.Offset(position, steps);
            deviations[group] += (x[i] - means[group]) * (x[i] - means[group]);
        }

        foreach (ref var deviation in deviations) deviation = T.Sqrt(deviation / count) + epsilon;
        for (int i = 0; i < x.Length; i++, Broadcast.Advance(position, input.Sizes))
        {
            int group = Broadcast.Offset(position, steps);
            y[i] = (x[i] - means[group]) / deviations[group];
        }
    }
}
