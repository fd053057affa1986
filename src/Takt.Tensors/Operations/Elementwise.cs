namespace Takt.Tensors;

/// <summary>One function applied to every element.</summary>
static class Elementwise
{
    /// <summary>Computes it and writes it down.</summary>
    /// <param name="name">ONNX operator.</param>
    /// <param name="x">Argument.</param>
    /// <param name="value">y of x.</param>
    /// <param name="slope">dy/dx of x and y.</param>
    /// <param name="attributes">ONNX attributes.</param>
    public static Tensor Apply(string name, Tensor x, Func<float, float> value, Func<float, float, float> slope, params OperationAttribute[] attributes)
    {
        var y = Tape.Allocate(x.Shape);
        Span<float> from = x.Values, to = y.Values;
        for (int i = 0; i < from.Length; i++) to[i] = value(from[i]);
        return Tape.Record(name, [x], y, dy =>
        {
            var target = Tape.GradientOf(x, out bool accumulate).Values;
            if (!accumulate) target.Clear();
            Span<float> u = x.Values, v = y.Values, g = dy.Values;
            for (int i = 0; i < target.Length; i++) target[i] += g[i] * slope(u[i], v[i]);
        }, attributes);
    }
}
