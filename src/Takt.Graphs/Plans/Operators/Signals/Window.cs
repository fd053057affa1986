using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Weights that fade a frame in and out: a sum of cosines. Periodic ones divide the circle by n, symmetric ones by n − 1.</summary>
/// <param name="node">The node.</param>
/// <param name="constant">w = constant − first · cos(t) + second · cos(2t), with t from 0 to 2π.</param>
/// <param name="first">See <paramref name="constant"/>.</param>
/// <param name="second">See <paramref name="constant"/>.</param>
sealed class Window(Node node, double constant, double first, double second) : Kernel
{
    readonly bool _isPeriodic = node.Int("periodic", 1) != 0;
    readonly ElementType _type = node.Type("output_datatype", ElementType.Float32);

    /// <summary>Hann: 0.5 − 0.5 cos t.</summary>
    public static Window Hann(Node node) => new(node, 0.5, 0.5, 0);

    /// <summary>Hamming, in the exact fractions.</summary>
    public static Window Hamming(Node node) => new(node, 25 / 46.0, 21 / 46.0, 0);

    /// <summary>Blackman, in the usual rounded numbers.</summary>
    public static Window Blackman(Node node) => new(node, 0.42, 0.5, 0.08);

    public override void Run(Call call)
    {
        int length = Spectrum.Length(call.Input(), call);
        var weights = call.Scratch.Take<double>(length);
        double circle = _isPeriodic ? length : length - 1;
        for (int i = 0; i < length; i++)
        {
            double turn = 2 * Math.PI * i / circle;
            weights[i] = circle == 0 ? 1 : constant - (first * Math.Cos(turn)) + (second * Math.Cos(2 * turn));
        }

        Numbers.Write<double>(weights, call.Output, _type, [length], call);
    }
}
