using Takt.Graphs.Differentiation;
using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Packages;

/// <summary>
/// What each number of the inputs contributes to one number of each row of an output: its gradient, averaged along the straight way from the baseline to the input, times its
/// distance from the baseline (integrated gradients; Sundararajan, Taly and Yan 2017, arXiv:1703.01365). Contributions add up to the score less the baseline's.
/// </summary>
/// <remarks>Any number of threads may use one; they take turns.</remarks>
sealed class IntegratedGradients
{
    public const string Method = "integrated-gradients";

    /// <summary>Points on the way; the later ones are for rows that those before leave incomplete. A smooth network needs 20 to 300 for a hundredth, says the paper.</summary>
    static readonly int[] s_points = [32, 128, 512];

    /// <summary>Contributions are complete when they add up to within this share of the difference, or of the score where both are nearly the same.</summary>
    const double Complete = 0.01, Same = 1e-3;

    readonly Lock _turn = new();
    readonly DifferentiableGraph _graph;

    IntegratedGradients(DifferentiableGraph graph) => _graph = graph;

    /// <summary>Makes a graph ready; null if gradients would have to go through operators that have none.</summary>
    public static IntegratedGradients? Of(ModelProto model)
    {
        try
        {
            var graph = DifferentiableGraph.Load(model);
            graph.Train(_ => false);
            return new IntegratedGradients(graph);
        }
        catch (InputException)
        {
            return null;
        }
    }

    /// <summary>Attributes a score to the inputs, of which gradients <see cref="Reaches"/> some.</summary>
    /// <param name="inputs">In graph order; whole numbers and truths have no gradients and contribute nothing.</param>
    /// <param name="baselines">Of the same shapes.</param>
    /// <param name="output">Which output.</param>
    /// <param name="chosen">The number that is explained in each row of the output; one entry: the output as a whole.</param>
    /// <param name="stop">Ends the work between two points.</param>
    /// <returns>Effects for each input, and for each row the score and that of the baseline.</returns>
    public (double[][] Effects, double[] Scores, double[] Baselines) Run(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> baselines, int output, ReadOnlySpan<int> chosen, CancellationToken stop)
    {
        lock (_turn)
        {
            double[] scores = Scores(inputs, output, chosen), from = Scores(baselines, output, chosen);
            double[][] effects = Along(inputs, baselines, output, chosen, s_points[0], stop);
            foreach (int points in s_points.AsSpan(1))
            {
                var incomplete = Enumerable.Range(0, scores.Length).Where(row => !AddsUp(effects, row, scores, from)).ToList();
                if (incomplete.Count == 0) break;
                double[][] finer = Along(inputs, baselines, output, chosen, points, stop);
                foreach (int row in incomplete)   // and no other: what a row gets must not depend on its batch mates
                    for (int i = 0; i < effects.Length; i++)
                        Row(finer[i], row, scores.Length).AsSpan().CopyTo(Row(effects[i], row, scores.Length));
            }

            return (effects, scores, from);
        }
    }

    /// <summary>Whether gradients of an output reach any input: rounding, comparing and counting lead none.</summary>
    public bool Reaches(IReadOnlyList<Tensor> inputs, int output)
    {
        lock (_turn)
        {
            using var tape = Tape.Start();
            return _graph.Run([.. inputs.Select(Movable)])[output].RequiresGradient;
        }
    }

    double[][] Along(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> baselines, int output, ReadOnlySpan<int> chosen, int points, CancellationToken stop)
    {
        double[][] effects = [.. inputs.Select(input => new double[input.Shape.Length])];
        Tensor[] between = [.. inputs.Select(Movable)];   // always the same tensors: then the tape runs again without writing anew
        Tensor? mask = null;
        using var tape = new Tape();
        for (int point = 0; point < points; point++)
        {
            stop.ThrowIfCancellationRequested();
            float share = (point + 0.5f) / points;   // the middle of each step
            for (int i = 0; i < between.Length; i++) Move(between[i], baselines[i], inputs[i], share);
            using var run = tape.Restart();
            var outcome = _graph.Run(between)[output];
            tape.Backward((outcome * (mask ??= Mask(outcome, chosen))).Sum());
            for (int i = 0; i < between.Length; i++)
                if (between[i] is { RequiresGradient: true, Gradient: { } gradient })
                {
                    for (int e = 0; e < effects[i].Length; e++) effects[i][e] += gradient.Values[e] * (inputs[i].Values[e] - (double)baselines[i].Values[e]) / points;
                    between[i].ClearGradient();
                }
        }

        return effects;
    }

    double[] Scores(IReadOnlyList<Tensor> inputs, int output, ReadOnlySpan<int> chosen)
    {
        using var tape = Tape.Scratch();
        var outcome = _graph.Run([.. inputs])[output];
        int width = outcome.Shape.Length / chosen.Length;
        double[] scores = new double[chosen.Length];
        for (int row = 0; row < scores.Length; row++) scores[row] = outcome.Values[(row * width) + chosen[row]];
        return scores;
    }

    static bool AddsUp(double[][] effects, int row, double[] scores, double[] from)
    {
        double sum = effects.Sum(of => Row(of, row, scores.Length).Sum()), difference = scores[row] - from[row];
        return Math.Abs(difference - sum) <= Math.Max(Complete * Math.Abs(difference), Same * Math.Abs(scores[row]));
    }

    static ArraySegment<double> Row(double[] of, int row, int rows) => new(of, row * (of.Length / rows), of.Length / rows);

    /// <summary>A tensor that gradients are computed for; whole numbers and truths stay themselves.</summary>
    static Tensor Movable(Tensor input)
    {
        if (input.Type != ElementType.Float32) return input;
        var movable = Tensor.Of(input.Values, input.Shape);
        movable.RequiresGradient = true;
        return movable;
    }

    static void Move(Tensor between, Tensor from, Tensor to, float share)
    {
        if (!between.RequiresGradient) return;
        for (int i = 0; i < between.Length; i++) between.Values[i] = from.Values[i] + (share * (to.Values[i] - from.Values[i]));
    }

    static Tensor Mask(Tensor outcome, ReadOnlySpan<int> chosen)
    {
        float[] mask = new float[outcome.Shape.Length];
        int width = mask.Length / chosen.Length;
        for (int row = 0; row < chosen.Length; row++) mask[(row * width) + chosen[row]] = 1;
        return Tensor.Of(mask, outcome.Shape);
    }
}
