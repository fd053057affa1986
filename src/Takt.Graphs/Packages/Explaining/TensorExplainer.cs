using Takt.Graphs.Onnx;
using Takt.Protocols.Explanations;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Packages;

/// <summary>Says what each element of a graph's inputs contributed to one number of its output, row by row. What a graph alone was trained on is not known: inputs are compared with zeros unless told otherwise.</summary>
/// <remarks>Many threads may use one.</remarks>
public sealed class TensorExplainer
{
    /// <summary>Elements of a row that occlusion tries one by one: more would take minutes.</summary>
    const long MostOccluded = 4096;

    readonly TensorModel _model;
    readonly Lazy<IntegratedGradients?> _gradients;

    /// <summary>Makes a graph ready to be explained; its derivatives are looked at when they are first needed.</summary>
    public TensorExplainer(TensorModel model, ModelProto proto)
    {
        _model = model;
        _gradients = new(() => IntegratedGradients.Of(proto));
    }

    /// <summary>Explains.</summary>
    /// <param name="inputs">One for each input of the model.</param>
    /// <param name="question">What of the answer, and how.</param>
    /// <param name="stop">Ends the work early.</param>
    /// <exception cref="InputException">The question does not fit the model, or a tensor does not.</exception>
    public TensorAttribution Explain(IReadOnlyList<InferTensor> inputs, TensorQuestion question, CancellationToken stop)
    {
        inputs = [.. _model.Inputs.Select(wanted => inputs.FirstOrDefault(i => i.Name == wanted.Name) ?? throw new InputException($"no input '{wanted.Name}'", $"{wanted}"))];
        if (inputs.FirstOrDefault(i => i.Type == TensorType.Bytes) is { } text) throw new InputException($"input '{text.Name}' of text", "numbers", "Elements of text have no typical value to compare with.");
        var outputs = _model.Infer(inputs, stop);
        int output = OutputOf(outputs, question.Output);
        int rows = RowsOf(inputs, outputs[output]);
        double[] scores = outputs[output].AsDoubles()!;
        int[] chosen = Choose(scores, rows, question.Index, outputs[output].Name);
        var baselines = Baselines(inputs, question.Baseline ?? []);

        var gradients = question.Method != ExplanationMethod.Occlusion && inputs.Any(IsFloat) && _gradients.Value is { } own && own.Reaches([.. inputs.Select(ToTensor)], output) ? own : null;
        if (question.Method == ExplanationMethod.Gradients && gradients is null)
            throw new InputException("method integrated-gradients for this model", "a graph that has derivatives throughout, and inputs of floats", "Ask for occlusion, or leave the method open");
        if (gradients is not null)
        {
            Tensor[] from = [.. inputs.Select((input, i) => IsFloat(input) ? ToTensor(baselines[i]) : ToTensor(input))];   // what has no gradient stays as it is
            var (effects, found, before) = gradients.Run([.. inputs.Select(ToTensor)], from, output, chosen, stop);
            return new TensorAttribution(outputs, outputs[output].Name, ExplanationMethod.Gradients, [.. chosen.Select((index, row) => (index, found[row], before[row]))], Write(inputs, effects));
        }

        var occluded = Occlude(inputs, baselines, output, rows, chosen, scores, stop);
        double[] baseScores = _model.Infer(baselines, stop)[output].AsDoubles()!;
        int width = scores.Length / rows;
        return new TensorAttribution(
            outputs, outputs[output].Name, ExplanationMethod.Occlusion, [.. chosen.Select((index, row) => (index, scores[(row * width) + index], baseScores[(row * width) + index]))], Write(inputs, occluded));
    }

    /// <summary>Puts one element after the other at its baseline, in all rows at once.</summary>
    double[][] Occlude(IReadOnlyList<InferTensor> inputs, InferTensor[] baselines, int output, int rows, int[] chosen, double[] scores, CancellationToken stop)
    {
        long elements = inputs.Sum(i => i.Count / rows);
        if (elements > MostOccluded)
            throw new InputException($"{elements} elements a row", $"at most {MostOccluded} by occlusion, which runs the model once for each", "Ask for integrated-gradients, if the graph has derivatives throughout");
        double[][] effects = [.. inputs.Select(input => new double[input.Count])];
        int width = scores.Length / rows;
        for (int i = 0; i < inputs.Count; i++)
        {
            int size = inputs[i].Type.Size(), perRow = (int)(inputs[i].Count / rows);
            for (int e = 0; e < perRow; e++)
            {
                stop.ThrowIfCancellationRequested();
                byte[] bytes = inputs[i].Bytes.ToArray();
                for (int row = 0; row < rows; row++)
                {
                    int at = ((row * perRow) + e) * size;
                    baselines[i].Bytes.Span.Slice(at, size).CopyTo(bytes.AsSpan(at));
                }

                InferTensor[] without = [.. inputs];
                without[i] = new InferTensor(inputs[i].Name, inputs[i].Type, inputs[i].Shape, bytes);
                double[] found = _model.Infer(without, stop)[output].AsDoubles()!;
                for (int row = 0; row < rows; row++) effects[i][(row * perRow) + e] = scores[(row * width) + chosen[row]] - found[(row * width) + chosen[row]];
            }
        }

        return effects;
    }

    /// <summary>Rows that stand for themselves: the first size of everything, where the graph leaves it open; else the request is one.</summary>
    int RowsOf(IReadOnlyList<InferTensor> inputs, InferTensor output) =>
        inputs[0].Shape is [var rows and > 0, ..] && output.Shape is [var answered, ..] && answered == rows
        && _model.Inputs.All(i => i.Metadata().Shape is [-1, ..]) && inputs.All(i => i.Shape is [var own, ..] && own == rows)
            ? (int)rows
            : 1;

    static int OutputOf(IReadOnlyList<InferTensor> outputs, string? wanted)
    {
        string[] floats = [.. outputs.Where(IsFloat).Select(o => o.Name)];
        string name = wanted ?? floats.FirstOrDefault() ?? throw new InputException("a model without an output of floats", "scores that can be explained");
        if (!floats.Contains(name)) throw new InputException($"output '{name}'", string.Join(" or ", floats), NearestName.Suggest(name, floats));
        return Enumerable.Range(0, outputs.Count).First(o => outputs[o].Name == name);
    }

    static int[] Choose(double[] scores, int rows, int? index, string output)
    {
        int width = scores.Length / rows;
        if (width == 0) throw new InputException($"an empty output '{output}'", "at least one number a row");
        if (index is < 0 || index >= width) throw new InputException($"index {index}", $"0 to {width - 1}, the numbers that a row of '{output}' has");
        int[] chosen = new int[rows];
        for (int row = 0; row < rows; row++) chosen[row] = index ?? Largest(scores.AsSpan(row * width, width));
        return chosen;
    }

    static int Largest(ReadOnlySpan<double> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best]) best = i;
        return best;
    }

    static InferTensor[] Baselines(IReadOnlyList<InferTensor> inputs, IReadOnlyList<InferTensor> given)
    {
        string[] names = [.. inputs.Select(i => i.Name)];
        var problems = given.Where(b => !names.Contains(b.Name)).Select(b => new Problem($"baseline '{b.Name}'", "the name of an input", NearestName.Suggest(b.Name, names))).ToList();
        problems.AddRange(from baseline in given
                          join input in inputs on baseline.Name equals input.Name
                          where !baseline.Shape.SequenceEqual(input.Shape) || baseline.Type != input.Type
                          select new Problem($"{baseline.Type.WireName()} [{string.Join(", ", baseline.Shape)}]", $"{input.Type.WireName()} [{string.Join(", ", input.Shape)}], as the input", Where: $"baseline '{baseline.Name}'"));
        if (problems.Count > 0) throw new InputException(problems);
        return [.. inputs.Select(input => given.FirstOrDefault(b => b.Name == input.Name) ?? new InferTensor(input.Name, input.Type, input.Shape, new byte[input.Bytes.Length]))];
    }

    static bool IsFloat(InferTensor tensor) => tensor.Type is TensorType.Fp16 or TensorType.Bf16 or TensorType.Fp32 or TensorType.Fp64;

    Tensor ToTensor(InferTensor tensor)
    {
        int[] shape = [.. tensor.Shape.Select(size => (int)size)];
        var wanted = _model.Plan.Inputs.First(i => i.Name == tensor.Name).Type;
        double[] numbers = tensor.AsDoubles()!;
        if (wanted == ElementType.Bool) return Tensor.OfMask(Array.ConvertAll(numbers, v => v != 0), shape);
        return wanted is ElementType.Float32 or ElementType.Float64 or ElementType.Float16 or ElementType.BFloat16
            ? Tensor.Of(Array.ConvertAll(numbers, v => (float)v), shape)
            : Tensor.OfIndices(Array.ConvertAll(numbers, v => (long)v), shape);
    }

    static InferTensor[] Write(IReadOnlyList<InferTensor> inputs, double[][] effects) =>
        [.. inputs.Select((input, i) => InferTensor.Of(input.Name, Array.ConvertAll(effects[i], v => (float)v), [.. input.Shape]))];
}
