using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;

namespace Takt.Graphs.Packages;

/// <summary>Which outputs of a graph are its answer a row: a label or a number, and the scores of the classes that it names.</summary>
sealed class TabularOutputs
{
    /// <summary>Scores that sum to 1 within this are probabilities: single precision over a few hundred classes.</summary>
    const double SumTolerance = 1e-3;

    readonly IReadOnlyList<string> _labels;
    readonly int _value, _scores;

    public TabularOutputs(TensorModel model)
    {
        _labels = model.Labels;
        var outputs = model.Outputs.ToList();
        _scores = _labels.Count == 0 ? -1 : outputs.FindIndex(o => o.Type is TensorType.Fp32 or TensorType.Fp64 && o.Metadata(rank: 2).Shape is [_, var width] && (width == -1 || width == _labels.Count));
        _value = outputs.FindIndex(o => outputs.IndexOf(o) != _scores && o.Metadata(rank: 1).Shape is [_] or [_, 1]);
        if (_value < 0 && _scores < 0)
            throw new InputException($"outputs {string.Join(", ", outputs)}", "one label or number a row, or a score for each class that the graph names", "Leave --columns out: the model is asked with tensors", "columns");
        Target = outputs[_value >= 0 ? _value : _scores].Name;
        Task = _scores >= 0 || outputs[_value].Type == TensorType.Bytes ? "classification" : "regression";
    }

    public string Task { get; }

    public string Target { get; }

    /// <summary>The answer for one of the rows that were computed together; null where the graph gives no finite number.</summary>
    /// <param name="outputs">The graph's answer.</param>
    /// <param name="rows">How many rows it is for.</param>
    /// <param name="at">Which of them.</param>
    /// <param name="row">What it is called.</param>
    /// <exception cref="InputException">The outputs have other sizes than the graph declares.</exception>
    public RowPrediction? Decide(IReadOnlyList<InferTensor> outputs, int rows, int at, int row)
    {
        double[]? scores = _scores < 0 ? null : ScoresOf(outputs[_scores], rows, at);
        var value = _value >= 0 ? ValueOf(outputs[_value], rows, at) : scores!.Any(double.IsNaN) ? null : JsonValue.Create(_labels[Array.IndexOf(scores!, scores!.Max())]);
        if (value is null) return null;
        if (scores is null || scores.Any(s => s is not (>= 0 and <= 1)) || Math.Abs(scores.Sum() - 1) > SumTolerance) return new RowPrediction(row, value);
        var probabilities = new OrderedDictionary<string, double>(_labels.Count);
        for (int i = 0; i < _labels.Count; i++) probabilities.TryAdd(_labels[i], scores[i]);
        return new RowPrediction(row, value, _labels.Count == 2 ? scores[1] : probabilities.TryGetValue(value.ToString(), out double own) ? own : null, probabilities);
    }

    double[] ScoresOf(InferTensor output, int rows, int at)
    {
        if (output.Shape is not [var count, var width] || count != rows || width != _labels.Count) throw Odd(output, $"[{rows}, {_labels.Count}]");
        return [.. output.Rows(at, 1).AsDoubles()!.Select(Plain)];
    }

    static JsonValue? ValueOf(InferTensor output, int rows, int at)
    {
        if (output.Shape is not ([_] or [_, 1]) || output.Shape[0] != rows) throw Odd(output, $"[{rows}]");
        var one = output.Rows(at, 1);
        if (one.Type == TensorType.Bytes) return JsonValue.Create(one.Texts.Span[0] ?? "");
        if (one.Type == TensorType.Bool) return JsonValue.Create(one.Elements<bool>()[0]);
        double number = one.AsDoubles()![0];
        return double.IsFinite(number) ? JsonValue.Create(one.Type is TensorType.Fp32 ? Plain(number) : number) : null;
    }

    /// <summary>The double that is written like the float: 0.1 and not 0.10000000149.</summary>
    static double Plain(double number) => double.Parse(((float)number).ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    static InputException Odd(InferTensor output, string expected) => new($"output '{output.Name}' [{string.Join(", ", output.Shape)}]", expected, "Ask the model with tensors: POST /v2/models/NAME/infer");
}
