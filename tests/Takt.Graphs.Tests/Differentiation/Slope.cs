using Takt.Graphs.Differentiation;
using Takt.Tensors;

namespace Takt.Graphs.Tests.Differentiation;

/// <summary>A gradient beside what small steps say: how much a weighted sum of all outputs changes along one random direction.</summary>
static class Slope
{
    /// <summary>Steps to try; where one crosses a kink another does not, and where one drowns in rounding a larger one does not.</summary>
    static readonly float[] s_steps = [1e-3f, 3e-3f, 1e-2f, 3e-2f, 3e-4f, 1e-4f];

    /// <summary>An agreement that no further step has to better.</summary>
    const double Enough = 0.01;

    /// <summary>The least relative difference between the two over the steps.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">Where.</param>
    /// <param name="moved">What is moved: inputs or weights, all float32.</param>
    /// <param name="alongGradient">Whether the direction is that of the gradient, where it is steepest: in a deep network a random one meets a thousand kinks.</param>
    public static double Difference(DifferentiableGraph graph, Tensor[] inputs, IReadOnlyList<Tensor> moved, bool alongGradient = false)
    {
        var random = new Generator(5);
        var directions = moved.Select(m => Tensor.Normal(m.Shape, 1, random)).ToArray();
        foreach (var tensor in moved) tensor.RequiresGradient = true;
        double along = 0, scale = 0;
        using (var tape = Tape.Start())
        {
            var loss = Loss(graph, inputs);
            if (!loss.RequiresGradient) return 0;
            foreach (var tensor in moved) tensor.ClearGradient();
            tape.Backward(loss);
            if (alongGradient) Steepest(moved, directions);
            for (int i = 0; i < moved.Count; i++)
                for (int j = 0; moved[i].Gradient is { } gradient && j < gradient.Length; j++)
                {
                    along += (double)gradient.Values[j] * directions[i].Values[j];
                    scale += Math.Abs(gradient.Values[j] * directions[i].Values[j]);
                }
        }

        double best = double.PositiveInfinity;
        foreach (float step in s_steps)
        {
            double numeric = (At(step) - At(-step)) / (2 * step);
            best = Math.Min(best, Math.Abs(numeric - along) / Math.Max(Math.Max(Math.Abs(along), 0.02 * scale), 1e-3));
            if (best < Enough) break;
        }

        return best;

        double At(float step)
        {
            Move(step);
            using var tape = Tape.Scratch();
            double loss = Sum(graph, inputs);
            Move(-step);
            return loss;
        }

        void Move(float step)
        {
            for (int i = 0; i < moved.Count; i++)
                for (int j = 0; j < moved[i].Length; j++) moved[i].Values[j] += step * directions[i].Values[j];
        }
    }

    /// <summary>The gradient, as long as the random direction would be in one dimension.</summary>
    static void Steepest(IReadOnlyList<Tensor> moved, Tensor[] directions)
    {
        double squares = 0;
        foreach (var tensor in moved)
            if (tensor.Gradient is { } gradient)
                foreach (float g in gradient.Values) squares += (double)g * g;
        float factor = (float)(1 / Math.Sqrt(Math.Max(squares, double.Epsilon)));
        for (int i = 0; i < moved.Count; i++)
        {
            directions[i].Values.Clear();
            for (int j = 0; moved[i].Gradient is { } gradient && j < gradient.Length; j++) directions[i].Values[j] = gradient.Values[j] * factor;
        }
    }

    static Tensor Loss(DifferentiableGraph graph, Tensor[] inputs)
    {
        var loss = Tensor.Scalar(0);
        foreach (var (output, weights) in Weighted(graph.Run(inputs))) loss += (output * weights).Sum();
        return loss;
    }

    /// <summary>The same in double precision, so that a difference of two is worth something.</summary>
    static double Sum(DifferentiableGraph graph, Tensor[] inputs)
    {
        double sum = 0;
        foreach (var (output, weights) in Weighted(graph.Run(inputs)))
            for (int i = 0; i < output.Length; i++) sum += (double)output.Values[i] * weights.Values[i];
        return sum;
    }

    static IEnumerable<(Tensor Output, Tensor Weights)> Weighted(IReadOnlyList<Tensor> outputs)
    {
        var random = new Generator(9);
        return outputs.Where(o => o.Type == ElementType.Float32 && o.Length > 0).Select(o => (o, Tensor.Uniform(o.Shape, 1, random))).ToList();
    }
}
