namespace Takt.Tensors;

/// <summary>Functions over the innermost axis that make a row a distribution.</summary>
public static class Distributions
{
    extension(Tensor x)
    {
        /// <summary>yᵢ = eˣⁱ / Σ eˣʲ over the innermost axis; dx = y·(dy − Σ dy·y).</summary>
        public Tensor Softmax()
        {
            int width = WidthOf("Softmax", x);
            var y = Tape.Allocate(x.Shape);
            for (int row = 0; row < x.Length; row += width) Exponentials(x.Values.Slice(row, width), y.Values.Slice(row, width), divide: true);
            return Tape.Record("Softmax", [x], y, dy =>
            {
                var target = Tape.GradientOf(x, out bool accumulate).Values;
                if (!accumulate) target.Clear();
                for (int row = 0; row < x.Length; row += width)
                {
                    Span<float> v = y.Values.Slice(row, width), g = dy.Values.Slice(row, width);
                    float dot = 0;
                    for (int i = 0; i < width; i++) dot += v[i] * g[i];
                    for (int i = 0; i < width; i++) target[row + i] += v[i] * (g[i] - dot);
                }
            }, LastAxis);
        }

        /// <summary>yᵢ = xᵢ − ln Σ eˣʲ over the innermost axis, without overflow; dx = dy − eʸ·Σ dy.</summary>
        public Tensor LogSoftmax()
        {
            int width = WidthOf("LogSoftmax", x);
            var y = Tape.Allocate(x.Shape);
            for (int row = 0; row < x.Length; row += width)
            {
                Span<float> from = x.Values.Slice(row, width), to = y.Values.Slice(row, width);
                float logarithm = LogSumExp(from);
                for (int i = 0; i < width; i++) to[i] = from[i] - logarithm;
            }

            return Tape.Record("LogSoftmax", [x], y, dy =>
            {
                var target = Tape.GradientOf(x, out bool accumulate).Values;
                if (!accumulate) target.Clear();
                for (int row = 0; row < x.Length; row += width)
                {
                    Span<float> v = y.Values.Slice(row, width), g = dy.Values.Slice(row, width);
                    float sum = 0;
                    foreach (float value in g) sum += value;
                    for (int i = 0; i < width; i++) target[row + i] += g[i] - (MathF.Exp(v[i]) * sum);
                }
            }, LastAxis);
        }
    }

    static readonly OperationAttribute LastAxis = new("axis", -1L);

    internal static float LogSumExp(ReadOnlySpan<float> row)
    {
        float largest = float.NegativeInfinity, sum = 0;
        foreach (float value in row) largest = MathF.Max(largest, value);
        foreach (float value in row) sum += MathF.Exp(value - largest);
        return largest + MathF.Log(sum);
    }

    static void Exponentials(ReadOnlySpan<float> from, Span<float> to, bool divide)
    {
        float largest = float.NegativeInfinity, sum = 0;
        foreach (float value in from) largest = MathF.Max(largest, value);
        for (int i = 0; i < from.Length; i++) sum += to[i] = MathF.Exp(from[i] - largest);
        if (divide) foreach (ref float value in to) value /= sum;
    }

    static int WidthOf(string operation, Tensor x) => x.Shape.Rank > 0 ? x.Shape[^1]
        : throw new ShapeException(operation, "a single number", "at least one axis", "Reshape it to [1].");
}
