using Takt.Protocols.OpenInference;

namespace Takt.Graphs.Packages;

/// <summary>Tensors drawn from a seed and what the graph answered to them where it was imported: proof that another machine computes the same.</summary>
/// <param name="Cases">Each a whole question with its answer.</param>
/// <param name="Tolerance">Greatest difference of floats allowed, in units of the answer where that is greater than 1. Whole numbers, truths and texts must be the same.</param>
public sealed record TensorCases(IReadOnlyList<TensorCase> Cases, double Tolerance)
{
    /// <summary>Single precision.</summary>
    public const double DefaultTolerance = 1e-4;

    /// <summary>Half precision has three decimals.</summary>
    public const double HalfTolerance = 2e-2;

    /// <summary>Asks again.</summary>
    /// <param name="model">The package's graph on this machine.</param>
    public GoldenReport Verify(TensorModel model)
    {
        double greatest = Cases.Count == 0 ? 0 : Cases.Max(c => c.Compare(model));
        return new GoldenReport(Cases.Count, greatest, Tolerance, greatest <= Tolerance);
    }
}

/// <summary>One question and its answer.</summary>
/// <param name="Inputs">One for each input of the graph.</param>
/// <param name="Outputs">One for each output.</param>
public sealed record TensorCase(IReadOnlyList<StoredTensor> Inputs, IReadOnlyList<StoredTensor> Outputs)
{
    /// <summary>The greatest difference; +∞ where type, shape or anything but a float differs.</summary>
    internal double Compare(TensorModel model)
    {
        var found = model.Infer([.. Inputs.Select(i => i.ToTensor())]);
        return found.Count != Outputs.Count ? double.PositiveInfinity : found.Zip(Outputs, (one, other) => Difference(one, other.ToTensor())).DefaultIfEmpty(0).Max();
    }

    static double Difference(InferTensor found, InferTensor expected)
    {
        if (found.Type != expected.Type || !found.Shape.SequenceEqual(expected.Shape)) return double.PositiveInfinity;
        if (found.Type is not (TensorType.Fp16 or TensorType.Bf16 or TensorType.Fp32 or TensorType.Fp64))
            return found.Bytes.Span.SequenceEqual(expected.Bytes.Span) && found.Texts.Span.SequenceEqual(expected.Texts.Span) ? 0 : double.PositiveInfinity;
        double[] one = found.AsDoubles()!, other = expected.AsDoubles()!;
        double greatest = 0;
        for (int i = 0; i < one.Length; i++)
        {
            if (one[i].Equals(other[i])) continue;   // the same number, infinity or NaN
            double difference = Math.Abs(one[i] - other[i]) / Math.Max(1, Math.Abs(other[i]));
            greatest = Math.Max(greatest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
        }

        return greatest;
    }
}

/// <summary>A tensor as <c>golden.json</c> holds it: bytes in base 64, texts as they are.</summary>
/// <param name="Name">The name in the graph.</param>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Data">Little-endian, row-major; null for texts.</param>
/// <param name="Texts">Texts; null for everything else.</param>
public sealed record StoredTensor(string Name, TensorType Type, IReadOnlyList<long> Shape, byte[]? Data = null, IReadOnlyList<string?>? Texts = null)
{
    /// <summary>The tensor to store.</summary>
    public static StoredTensor Of(InferTensor tensor) => tensor.Type == TensorType.Bytes
        ? new(tensor.Name, tensor.Type, tensor.Shape, Texts: tensor.Texts.ToArray())
        : new(tensor.Name, tensor.Type, tensor.Shape, tensor.Bytes.ToArray());

    /// <summary>The tensor to use.</summary>
    /// <exception cref="Protocols.Problems.InputException">Data and shape do not fit each other.</exception>
    public InferTensor ToTensor()
    {
        try
        {
            return Type == TensorType.Bytes ? InferTensor.Of(Name, [.. Texts ?? []], [.. Shape]) : new InferTensor(Name, Type, Shape, Data ?? []);
        }
        catch (ArgumentException wrong)
        {
            throw new Protocols.Problems.InputException($"a golden case that does not fit itself ({wrong.Message})", where: "golden.json", wayOut: "Import the model again.");
        }
    }
}
