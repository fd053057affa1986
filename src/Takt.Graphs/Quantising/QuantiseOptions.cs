using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Quantising;

/// <summary>How a graph is to be made smaller.</summary>
/// <param name="Form">What its numbers become.</param>
/// <param name="WeightsOnly">Whether only weights are stored so, and computing stays in single precision; always so for 16 bits.</param>
/// <param name="Ranges">8 bits: how the ranges of activations follow from the calibration rows.</param>
public sealed record QuantiseOptions(NumberForm Form = NumberForm.Int8, bool WeightsOnly = false, RangeMethod Ranges = RangeMethod.Percentile)
{
    /// <summary>Whether computing stays in single precision.</summary>
    public bool StoresOnly => WeightsOnly || Form != NumberForm.Int8;

    /// <summary>The same in words: <c>int8 weights and activations</c>.</summary>
    public override string ToString() => StoresOnly ? $"weights stored as {Form.ToString().ToLowerInvariant()}" : $"{Form.ToString().ToLowerInvariant()} weights and activations";

    /// <summary>Makes a graph smaller.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="samples">Inputs to calibrate with; not looked at where only weights change.</param>
    /// <param name="stop">Ends the work between two runs.</param>
    /// <exception cref="InputException">Nothing of the graph can be quantised.</exception>
    public QuantisedModel Apply(ModelProto model, IReadOnlyList<IReadOnlyList<NamedTensor>> samples, CancellationToken stop = default) => StoresOnly
        ? WeightStorage.Shrink(model, Form)
        : StaticQuantiser.Quantise(model, Calibration.Observe(model, samples, Ranges, stop));
}
