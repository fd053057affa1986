using Takt.Tensors;

namespace Takt.Tensors.Tests;

/// <summary>Compares gradients with central finite differences, (f(x + h) − f(x − h)) / 2h for every element of every input, added up in double precision.</summary>
static class GradientCheck
{
    /// <summary>Half a step. float32 carries 7 digits: smaller steps drown in rounding, larger ones in curvature.</summary>
    const float Half = 1f / 128;

    /// <param name="f">Makes any tensor of the inputs.</param>
    /// <param name="inputs">Each is checked.</param>
    /// <param name="tolerance">Allowed difference, relative to the largest gradient or 1.</param>
    public static void Run(Func<Tensor[], Tensor> f, Tensor[] inputs, double tolerance = 2e-3)
    {
        foreach (var input in inputs)
        {
            input.RequiresGradient = true;
            input.ClearGradient();
        }

        float[]? mix = null;   // a fixed random projection makes one number of any result, and tells all its elements apart
        using (var tape = Tape.Start())
        {
            var y = f(inputs);
            mix ??= Draw(y.Length, seed: 99);
            tape.Backward((y * Tensor.Of(mix, y.Shape)).Sum());
        }

        foreach (var input in inputs)
        {
            float[] gradient = input.Gradient?.Values.ToArray() ?? new float[input.Length];
            double scale = 1;
            foreach (float g in gradient) scale = Math.Max(scale, Math.Abs(g));
            for (int i = 0; i < input.Length; i++)
            {
                float at = input.Values[i];
                input.Values[i] = at + Half;
                double above = Project(f, inputs, mix);
                input.Values[i] = at - Half;
                double below = Project(f, inputs, mix);
                input.Values[i] = at;
                double expected = (above - below) / (2 * Half);
                Assert.True(Math.Abs(expected - gradient[i]) <= tolerance * scale, $"element {i} of {input.Shape}: {gradient[i]} but differences give {expected}");
            }
        }
    }

    public static float[] Draw(int count, ulong seed)
    {
        var random = new Generator(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)random.NextNormal();
        return values;
    }

    public static Tensor Draw(Shape shape, ulong seed) => Tensor.Of(Draw(shape.Length, seed), shape);

    static double Project(Func<Tensor[], Tensor> f, Tensor[] inputs, float[] mix)
    {
        using var tape = Tape.Start();   // some functions differentiate
        double sum = 0;
        var values = f(inputs).Contiguous().Values;
        for (int i = 0; i < mix.Length; i++) sum += (double)mix[i] * values[i];
        return sum;
    }
}
