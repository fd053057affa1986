using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Which old pixels make a new one along an axis, and with which weights: two for linear, four for cubic, more where antialiasing widens the filter.</summary>
readonly struct ResizeFilter(bool isCubic, bool widens, bool excludesOutside, double cubic)
{
    /// <summary>How many old pixels make a new one.</summary>
    public int Taps(double scale) => 2 - (2 * First(scale));

    /// <summary>Works out all pixels of an axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="mode">How positions are laid.</param>
    /// <param name="indices">Shape [new size, taps].</param>
    /// <param name="weights">Shape [new size, taps].</param>
    public void Fill<T>(ResizeAxis axis, CoordinateMode mode, Span<int> indices, Span<T> weights) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int first = First(axis.Scale), taps = Taps(axis.Scale);
        double narrow = widens ? Math.Min(axis.Scale, 1) : 1;
        for (int position = 0; position < axis.Output; position++)
        {
            double place = axis.Place(position, mode), floor = Math.Floor(place), sum = 0;
            for (int pass = 0; pass < 2; pass++)   // the sum first, then the weights divided by it
                for (int tap = 0; tap < taps; tap++)
                {
                    double pixel = floor + first + tap, weight = Weight((pixel - place) * narrow);
                    if (excludesOutside && (pixel < 0 || pixel >= axis.Input)) weight = 0;
                    if (pass == 0)
                    {
                        sum += weight;
                        continue;
                    }

                    indices[(position * taps) + tap] = (int)Math.Clamp(pixel, 0, axis.Input - 1);
                    weights[(position * taps) + tap] = T.CreateTruncating(sum == 0 ? 0 : weight / sum);
                }
        }
    }

    int First(double scale) => (int)(Math.Floor((isCubic ? -2 : -1) / (widens ? Math.Min(scale, 1) : 1)) + 1);

    /// <summary>The filter at a distance: a triangle, or Keys' cubic (1981).</summary>
    double Weight(double distance)
    {
        double x = Math.Abs(distance);
        if (!isCubic) return Math.Max(0, 1 - x);
        return x <= 1 ? ((((cubic + 2) * x) - (cubic + 3)) * x * x) + 1
            : x < 2 ? (((((cubic * x) - (5 * cubic)) * x) + (8 * cubic)) * x) - (4 * cubic)
            : 0;
    }
}
