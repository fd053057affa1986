using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Packages;

/// <summary>Prepared inputs and what the trained network answered: proof that what is served is what was trained, repeatable on any machine.</summary>
/// <param name="InputSizes">Sizes of the inputs, cases first.</param>
/// <param name="Inputs">Prepared inputs, row by row.</param>
/// <param name="OutputSizes">Sizes of the outputs, cases first.</param>
/// <param name="Outputs">The trained network's answers.</param>
/// <param name="Tolerance">Greatest difference allowed, in units of the answer where that is greater than 1.</param>
/// <param name="GreatestDifference">Greatest difference between trained network and graph when the package was made.</param>
public sealed record GoldenCases(
    IReadOnlyList<int> InputSizes, float[] Inputs, IReadOnlyList<int> OutputSizes, float[] Outputs, double Tolerance, double GreatestDifference)
{
    /// <summary>The promise of packages: four decimals of a probability.</summary>
    public const double DefaultTolerance = 1e-4;

    /// <summary>Asks the trained network and compares its graph with it.</summary>
    /// <param name="plan">The traced graph, compiled.</param>
    /// <param name="forward">The function that was traced.</param>
    /// <param name="inputs">Some prepared inputs, shape [cases, …]; a dozen rows of real data say enough.</param>
    /// <param name="tolerance">Greatest difference allowed.</param>
    /// <exception cref="InvalidOperationException">The graph differs by more, or answers with no number where the network gives one: such a model must not be packaged.</exception>
    public static GoldenCases Record(Plan plan, Func<Tensor, Tensor> forward, Tensor inputs, double tolerance = DefaultTolerance)
    {
        using var tape = Tape.Scratch();
        var answers = forward(inputs);
        var cases = new GoldenCases(inputs.Shape.ToArray(), inputs.Values.ToArray(), answers.Shape.ToArray(), answers.Values.ToArray(), tolerance, GreatestDifference: 0);
        double greatest = cases.Compare(plan);
        return greatest <= tolerance
            ? cases with { GreatestDifference = greatest }
            : throw new InvalidOperationException(
                $"The graph differs from the trained network by {greatest:G3}; at most {tolerance:G3} is allowed. The model was not packaged: this is a fault of Takt, please report it with the train spec.");
    }

    /// <summary>Runs the cases again.</summary>
    /// <param name="plan">The package's graph, compiled on this machine.</param>
    public GoldenReport Verify(Plan plan)
    {
        double greatest = Compare(plan);
        return new GoldenReport(InputSizes.Count > 0 ? InputSizes[0] : 0, greatest, Tolerance, greatest <= Tolerance);
    }

    /// <summary>The greatest difference; +∞ where one side has no number and the other does.</summary>
    double Compare(Plan plan)
    {
        CheckSizes();
        float[] found = plan.Run(Inputs, [.. InputSizes]);
        if (found.Length != Outputs.Length) return double.PositiveInfinity;
        double greatest = 0;
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i].Equals(Outputs[i])) continue;   // the same number, infinity or NaN
            double difference = Math.Abs(found[i] - (double)Outputs[i]) / Math.Max(1, Math.Abs(Outputs[i]));
            greatest = Math.Max(greatest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
        }

        return greatest;
    }

    void CheckSizes()
    {
        if (InputSizes.Aggregate(1L, (n, s) => n * s) != Inputs.Length || OutputSizes.Aggregate(1L, (n, s) => n * s) != Outputs.Length)
            throw new InputException("golden cases whose numbers do not fit their sizes", where: "golden.json", wayOut: "Train or export the model again.");
    }
}

/// <summary>What running the golden cases showed.</summary>
/// <param name="Cases">How many there are.</param>
/// <param name="GreatestDifference">Between this machine's answers and those of the trained network.</param>
/// <param name="Tolerance">What is allowed.</param>
/// <param name="Passed">Whether it is within that.</param>
public sealed record GoldenReport(int Cases, double GreatestDifference, double Tolerance, bool Passed);
