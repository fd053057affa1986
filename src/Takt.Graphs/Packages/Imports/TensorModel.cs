using System.Globalization;
using Takt.Graphs.Checking.Inference;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Packages;

/// <summary>A graph without preparation, ready to answer: tensors in, tensors out, under the names that the graph gives them.</summary>
/// <remarks>Many threads may use one.</remarks>
public sealed class TensorModel
{
    /// <summary>Makes a graph ready.</summary>
    /// <param name="model">An ONNX model.</param>
    /// <exception cref="InputException">It is damaged, uses what Takt does not compute, or takes or gives what is no tensor of the Open Inference Protocol; all of it is reported.</exception>
    public TensorModel(ModelProto model)
    {
        Plan = Plan.Compile(model);
        Labels = LabelsOf(model);
        var inference = ShapeInference.Run(model);
        var problems = new List<Problem>(inference.Problems);
        Inputs = [.. Plan.Inputs.Select(info => Describe(info, inference, problems, isInput: true))];
        Outputs = [.. Plan.Outputs.Select(info => Describe(info, inference, problems, isInput: false))];
        if (problems.Count > 0) throw new InputException(problems);
    }

    /// <summary>The graph, compiled.</summary>
    public Plan Plan { get; }

    /// <summary>What it takes, in graph order.</summary>
    public IReadOnlyList<SignatureTensor> Inputs { get; }

    /// <summary>What it gives, in graph order.</summary>
    public IReadOnlyList<SignatureTensor> Outputs { get; }

    /// <summary>Labels of the classes where the graph tells them beside their probabilities; else empty.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Runs the graph.</summary>
    /// <param name="inputs">One for each of <see cref="Inputs"/>, in any order. Float inputs take every kind of number.</param>
    /// <param name="stop">Ends the work between two nodes.</param>
    /// <returns>One for each of <see cref="Outputs"/>, in that order.</returns>
    /// <exception cref="InputException">A tensor is missing, unknown, or of another type or shape; or the graph cannot compute these.</exception>
    public IReadOnlyList<InferTensor> Infer(IReadOnlyList<InferTensor> inputs, CancellationToken stop = default) => Infer(inputs, TimeProvider.System, stop).Outputs;

    /// <summary>Runs the graph and measures where the time goes.</summary>
    /// <param name="inputs">One for each of <see cref="Inputs"/>, in any order. Float inputs take every kind of number.</param>
    /// <param name="clock">Measures.</param>
    /// <param name="stop">Ends the work between two nodes.</param>
    /// <returns>One for each of <see cref="Outputs"/>, in that order, and the times.</returns>
    /// <exception cref="InputException">A tensor is missing, unknown, or of another type or shape; or the graph cannot compute these.</exception>
    public (IReadOnlyList<InferTensor> Outputs, PredictionTimes Times) Infer(IReadOnlyList<InferTensor> inputs, TimeProvider clock, CancellationToken stop = default)
    {
        long start = clock.GetTimestamp(), written = 0, computed = 0;
        CheckNames(inputs);
        var outputs = Plan.Run(
            values =>
            {
                Write(inputs, values);
                written = clock.GetTimestamp();
            },
            values =>
            {
                computed = clock.GetTimestamp();
                return values.Select((value, i) => TensorConversions.Read(Plan.Outputs[i].Name, value)).ToArray();
            },
            stop);
        return (outputs, new PredictionTimes(clock.GetElapsedTime(start, written), clock.GetElapsedTime(written, computed)));
    }

    /// <summary>Times every node on the same inputs, see <see cref="Plan.Profile(IReadOnlyList{NamedTensor}, int, TimeProvider)"/>.</summary>
    /// <inheritdoc cref="Plan.Profile(IReadOnlyList{NamedTensor}, int, TimeProvider)"/>
    public PlanProfile Profile(IReadOnlyList<InferTensor> inputs, int runs, TimeProvider clock)
    {
        CheckNames(inputs);
        return Plan.Profile(values => Write(inputs, values), runs, clock);
    }

    void Write(IReadOnlyList<InferTensor> inputs, Value[] values)
    {
        Span<int> sizes = stackalloc int[64];
        for (int i = 0; i < values.Length; i++)
        {
            var info = Plan.Inputs[i];
            var tensor = inputs.First(t => t.Name == info.Name);
            var given = SizesOf(tensor, info, sizes);
            Plan.CheckSizes(info, info.Type, given);
            TensorConversions.Write(tensor, info.Type, given, values[i]);
        }
    }

    /// <summary>The labels of a ZipMap, whose scores the plan gives as a plain tensor [rows, classes]; else those of the only classifier.</summary>
    static IReadOnlyList<string> LabelsOf(ModelProto model)
    {
        var nodes = model.Graph.Node;
        var classifiers = nodes.Where(n => n.OpType is "TreeEnsembleClassifier" or "LinearClassifier" or "SVMClassifier").ToList();
        var named = nodes.FirstOrDefault(n => n.OpType == "ZipMap") ?? (classifiers is [var only] ? only : null);
        return named?.Attribute.FirstOrDefault(a => a.Name is "classlabels_strings" or "classlabels_int64s" or "classlabels_ints" && a.Strings.Count + a.Ints.Count > 0) is { } labels
            ? [.. labels.Strings.Select(s => s.ToStringUtf8()), .. labels.Ints.Select(i => i.ToString(CultureInfo.InvariantCulture))]
            : [];
    }

    void CheckNames(IReadOnlyList<InferTensor> inputs)
    {
        if (inputs.Count == Inputs.Count && Inputs.All(i => inputs.Count(t => t.Name == i.Name) == 1)) return;
        string[] known = [.. Inputs.Select(i => i.Name)];
        throw new InputException([
            .. inputs.Where(t => !known.Contains(t.Name)).Select(t => new Problem($"input '{t.Name}'", "an input of the graph", NearestName.Suggest(t.Name, known))),
            .. inputs.CountBy(t => t.Name).Where(n => n.Value > 1).Select(n => new Problem($"input '{n.Key}' {n.Value} times", "once")),
            .. Inputs.Where(i => inputs.All(t => t.Name != i.Name)).Select(i => new Problem($"no input '{i.Name}'", $"{i}"))]);
    }

    /// <summary>The sizes as the graph wants them: a column may come as a list [n] or as a matrix [n, 1].</summary>
    static Span<int> SizesOf(InferTensor tensor, TensorInfo info, Span<int> sizes)
    {
        int rank = tensor.Shape.Count;
        if (rank >= sizes.Length || tensor.Shape.Any(s => s is < 0 or > int.MaxValue)) throw new InputException($"shape [{string.Join(", ", tensor.Shape)}]", $"{info}", where: $"input '{tensor.Name}'");
        for (int i = 0; i < rank; i++) sizes[i] = (int)tensor.Shape[i];
        if (rank == 1 && info.Sizes is [_, 1]) (rank, sizes[1]) = (2, 1);
        else if (rank == 2 && sizes[1] == 1 && info.Sizes is [_]) rank = 1;
        return sizes[..rank];
    }

    /// <summary>A sequence that comes out is told as the tensor of its items, see <see cref="TensorConversions.Read"/>; one that goes in has no form in the protocol.</summary>
    static SignatureTensor Describe(TensorInfo info, ShapeInference inference, List<Problem> problems, bool isInput)
    {
        var known = inference.Types.GetValueOrDefault(info.Name, InferredType.Unknown);
        var type = TensorConversions.WireType(info.Type);
        if ((info.IsSequence && isInput) || type is null)
            problems.Add(new(info.IsSequence ? $"'{info.Name}', a sequence of tensors" : $"'{info.Name}' of {info.Type}", "a tensor of a type that the Open Inference Protocol has", "Export the model with such inputs and outputs.", "signature"));
        if (info.IsSequence) return new SignatureTensor(info.Name, type ?? TensorType.Fp32, info.Sizes is null ? null : [null, .. info.Sizes.Select(s => s < 0 ? null : s.ToString(CultureInfo.InvariantCulture))]);
        var shape = known.Shape ?? info.Sizes?.Select(s => s < 0 ? null : SymbolicSize.Of(s)).ToArray();
        return new SignatureTensor(info.Name, type ?? TensorType.Fp32, shape?.Select(s => s?.ToString()).ToArray());
    }
}

/// <summary>An input or output of a graph as people and programs are told of it.</summary>
/// <param name="Name">The name in the graph.</param>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">One text an axis: the size, what it is computed from (<c>batch</c>, <c>2·time + 1</c>), or null where any goes; null as a whole where the number of axes is open.</param>
public sealed record SignatureTensor(string Name, TensorType Type, IReadOnlyList<string?>? Shape)
{
    /// <summary>The shape as the Open Inference Protocol writes it: −1 where the size is open.</summary>
    /// <param name="rank">The number of axes to tell where the graph leaves it open.</param>
    public TensorMetadata Metadata(int rank = 1) => new(Name, Type, [.. (Shape ?? new string?[rank]).Select(s => long.TryParse(s, CultureInfo.InvariantCulture, out long size) ? size : -1)]);

    /// <summary>The shape as people write it: <c>[batch, 3, 224, 224]</c>.</summary>
    public string ShapeText => Shape is null ? "[…]" : $"[{string.Join(", ", Shape.Select(s => s ?? "?"))}]";

    /// <inheritdoc/>
    public override string ToString() => $"{Type.WireName()} {Name} {ShapeText}";
}
