using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Each row of a matrix brought to mean 0 and variance 1, then scaled and shifted column by column. A row's result depends on that row alone.</summary>
public static unsafe partial class RowNormalisation
{
    /// <summary>Fewer numbers than this are not worth another thread.</summary>
    const int WorthSharing = 1 << 15;

    /// <summary>Running sums over a row, the lanes of one vector.</summary>
    const int Sixteen = Sums.Width;

    /// <summary>y = (x − mean)·r·scale + shift, r = 1/√(variance + epsilon), the variance over all numbers of the row. Within 3e-7 of the larger of y and 1, and as much again for every deviation that the mean is away from 0.</summary>
    /// <param name="x">rows × width numbers.</param>
    /// <param name="scale">One per column.</param>
    /// <param name="shift">One per column.</param>
    /// <param name="epsilon">Keeps a constant row finite.</param>
    /// <param name="y">As many as x.</param>
    /// <param name="moments">Room for mean and r of every row, side by side: the way back needs them.</param>
    /// <exception cref="ShapeException">The lengths do not fit.</exception>
    public static void Apply(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, float epsilon, Span<float> y, Span<float> moments)
    {
        if (x.IsEmpty) return;
        if (scale.IsEmpty || x.Length % scale.Length != 0 || shift.Length < scale.Length || y.Length < x.Length || moments.Length < 2L * (x.Length / scale.Length))
            throw new ShapeException("LayerNorm", $"{x.Length} numbers, scale {scale.Length}, shift {shift.Length}, room for {y.Length} numbers and {moments.Length} moments", "whole rows as long as scale and shift, and room for as many numbers and two moments a row", "Check the width.");
        fixed (float* px = x, ps = scale, pb = shift, py = y, pm = moments) KernelPath.RunSixteen(new Forward(px, ps, pb, epsilon, py, pm, x.Length / scale.Length, scale.Length));
    }

    /// <summary>With n = (x − mean)·r and g = dy·scale: dx = r·(g − mean g − n·mean(g·n)); dscale += Σ dy·n and dshift += Σ dy over the rows, band after band of rows.</summary>
    /// <param name="x">As it was on the way forward.</param>
    /// <param name="scale">As it was on the way forward.</param>
    /// <param name="moments">What the way forward left.</param>
    /// <param name="dy">As many numbers as x.</param>
    /// <param name="dx">As many; empty where it is not wanted.</param>
    /// <param name="accumulate">Add to what is in dx.</param>
    /// <param name="dScale">One per column; empty where it is not wanted.</param>
    /// <param name="dShift">One per column; empty where it is not wanted.</param>
    internal static void Slopes(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> moments, ReadOnlySpan<float> dy, Span<float> dx, bool accumulate, Span<float> dScale, Span<float> dShift)
    {
        if (x.IsEmpty) return;
        int rows = x.Length / scale.Length, bands = Bands(rows), sums = bands * scale.Length;
        using var partial = new Scratch(2 * sums);
        fixed (float* px = x, ps = scale, pm = moments, pdy = dy, pdx = dx, pp = partial.Values)
            KernelPath.RunSixteen(new Backward(px, ps, pm, pdy, dx.IsEmpty ? null : pdx, accumulate, pp, pp + sums, rows, scale.Length, bands));
        if (!dScale.IsEmpty) Updates.AddRows(partial.Values[..sums], dScale);
        if (!dShift.IsEmpty) Updates.AddRows(partial.Values[sums..], dShift);
    }

    /// <summary>Into how many bands of rows the sums of parameters are cut, each with its own: it depends on the rows alone, so that the number of threads changes no bit.</summary>
    static int Bands(int rows) => Math.Clamp(rows / 64, 1, 32);
}
