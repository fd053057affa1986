using System.Numerics;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>eˣ / Σeˣ, or x − ln Σeˣ, without overflow. From operator set 13 on along one axis (default the last); before, over all axes from <c>axis</c> (default 1) on at once.</summary>
sealed class Softmax(Node node, bool logarithm) : Kernel
{
    const int FirstOpsetAlongOneAxis = 13;
    readonly bool _oneAxis = node.Opset >= FirstOpsetAlongOneAxis;
    readonly long _axis = node.Int("axis", node.Opset >= FirstOpsetAlongOneAxis ? -1 : 1);

    public override void Run(Call call)
    {
        var x = call.Input();
        if (x.Rank == 0) throw call.Wrong("a scalar", "at least one axis");
        int axis = !_oneAxis && _axis == x.Rank ? x.Rank : call.Axis(_axis, x.Rank);
        int width = 1, apart = 1;   // how many elements belong together, and how far they stand apart
        for (int i = axis; i < x.Rank; i++)
            if (i == axis || !_oneAxis) width *= x.Sizes[i];
            else apart *= x.Sizes[i];

        switch (x.Type)
        {
            case ElementType.Float32: Single(call, width, apart); break;
            case ElementType.Float64: Plain<double>(call, width, apart); break;
            default: throw call.Wrong($"an input of {x.Type}", "Float32, Float64 or Float16");
        }
    }

    void Single(Call call, int width, int apart)
    {
        var from = call.Input().Read<float>();
        var to = call.Output.Write<float>(call.Input().Sizes);
        if (width == 0) return;
        if (apart == 1)
        {
            Normalise(from, to, width);
            return;
        }

        var row = call.Scratch.Take<float>(width);
        for (int block = 0; block < to.Length; block += width * apart)
            for (int lane = block; lane < block + apart; lane++)
            {
                for (int i = 0; i < width; i++) row[i] = from[lane + (i * apart)];
                Normalise(row, row, width);
                for (int i = 0; i < width; i++) to[lane + (i * apart)] = row[i];
            }
    }

    void Normalise(ReadOnlySpan<float> x, Span<float> y, int width)
    {
        if (logarithm) SoftmaxKernel.ApplyLogarithm(x, y, width);
        else SoftmaxKernel.Apply(x, y, width);
    }

    void Plain<T>(Call call, int width, int apart) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var from = call.Input().Read<T>();
        var to = call.Output.Write<T>(call.Input().Sizes);
        for (int block = 0; width > 0 && block < to.Length; block += width * apart)
            for (int lane = block; lane < block + apart; lane++)
            {
                var (largest, sum) = (T.NegativeInfinity, T.Zero);
                for (int i = 0; i < width; i++) largest = T.Max(largest, from[lane + (i * apart)]);
                for (int i = 0; i < width; i++) sum += T.Exp(from[lane + (i * apart)] - largest);
                for (int i = 0; i < width; i++)
                    to[lane + (i * apart)] = logarithm ? from[lane + (i * apart)] - largest - T.Log(sum) : T.Exp(from[lane + (i * apart)] - largest) / sum;
            }
    }
}
