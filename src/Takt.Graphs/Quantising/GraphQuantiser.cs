using System.Globalization;
using Takt.Graphs.Packages;
using Takt.Graphs.Plans;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Quantising;

/// <summary>Makes an imported graph smaller. There is no truth to judge it by, so the answers of both to the same request are compared.</summary>
public static class GraphQuantiser
{
    /// <summary>Quantises a package that is a graph alone.</summary>
    /// <param name="package">The package.</param>
    /// <param name="inputs">One request of many rows: what to calibrate with and compare on.</param>
    /// <param name="options">What it becomes.</param>
    /// <param name="created">When.</param>
    /// <param name="stop">Ends the work between two runs.</param>
    /// <exception cref="InputException">The request does not fit the graph, or nothing of it can be quantised.</exception>
    public static QuantisedGraph Quantise(Package package, IReadOnlyList<InferTensor> inputs, QuantiseOptions options, DateTimeOffset created, CancellationToken stop = default)
    {
        var before = new TensorModel(package.Model);
        var expected = before.Infer(inputs, stop);
        var model = options.Apply(package.Model, [[.. before.Plan.Inputs.Select(info => Named(info, inputs))]], stop);
        var after = new TensorModel(model.Model);
        OutputChange[] changes = [.. expected.Zip(after.Infer(inputs, stop), OutputChange.Of)];
        string told = string.Join(", ", changes.Select(c => c.ToString()));
        var cases = package.Samples!.Cases.Select(c => c with { Outputs = [.. after.Infer([.. c.Inputs.Select(i => i.ToTensor())], stop).Select(StoredTensor.Of)] });
        return new QuantisedGraph(
            package with
            {
                Model = model.Model, Source = null, Created = created, Samples = package.Samples with { Cases = [.. cases] },
                Card = package.Card with { Network = $"{package.Card.Network}, {options}", Limits = [.. package.Card.Limits, $"Quantised ({options}): on one request the answers changed so: {told}."] },
            },
            model, changes);
    }

    static NamedTensor Named(TensorInfo info, IReadOnlyList<InferTensor> inputs)
    {
        var tensor = inputs.First(t => t.Name == info.Name);
        var value = new Value(new Storage());
        TensorConversions.Write(tensor, info.Type, [.. tensor.Shape.Select(s => (int)s)], value);
        return new NamedTensor(info.Name, value);
    }
}

/// <summary>What became of an imported graph.</summary>
/// <param name="Package">The smaller model, ready to be registered.</param>
/// <param name="Model">Its graph and the sizes before and after.</param>
/// <param name="Changes">One for each output.</param>
public sealed record QuantisedGraph(Package Package, QuantisedModel Model, IReadOnlyList<OutputChange> Changes);

/// <summary>How an output changed.</summary>
/// <param name="Name">The output.</param>
/// <param name="GreatestDifference">Between any number before and after.</param>
/// <param name="Range">From the least to the greatest number before.</param>
/// <param name="SameBest">Of rows along the last axis the share whose greatest number is still at the same place; null where there is one number a row.</param>
public sealed record OutputChange(string Name, double GreatestDifference, double Range, double? SameBest)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"'{Name}' by at most {GreatestDifference:G3} (numbers span {Range:G3}){(SameBest is { } same ? $", {same:P1} of rows keep their greatest" : "")}");

    internal static OutputChange Of(InferTensor before, InferTensor after)
    {
        double[] one = before.AsDoubles() ?? [], other = after.AsDoubles() ?? [];
        double greatest = one.Zip(other, (a, b) => a.Equals(b) ? 0 : Math.Abs(a - b)).DefaultIfEmpty(0).Max();
        int width = before.Shape.Count > 1 ? (int)before.Shape[^1] : 1;
        double? same = width < 2 ? null : one.Chunk(width).Zip(other.Chunk(width), (a, b) => Best(a) == Best(b) ? 1.0 : 0).DefaultIfEmpty(1).Average();
        return new OutputChange(before.Name, greatest, one.Length == 0 ? 0 : one.Max() - one.Min(), same);
    }

    static int Best(double[] row) => Array.IndexOf(row, row.Max());
}
