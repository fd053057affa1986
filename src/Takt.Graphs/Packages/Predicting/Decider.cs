using System.Text.Json.Nodes;
using Takt.Data.Targets;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;

namespace Takt.Graphs.Packages;

/// <summary>From the graph's outputs to a decision: the class whose probability says so, or the value in the target's unit.</summary>
sealed class Decider
{
    readonly TargetCoding _target;
    readonly double _threshold;
    readonly bool _positiveOnly;

    /// <summary>Checks that the graph gives what the target needs.</summary>
    /// <param name="target">Labels or standardisation.</param>
    /// <param name="decision">The threshold, for two classes.</param>
    /// <param name="width">Outputs of the graph: 1 (a value, or the probability of the positive class) or one a class.</param>
    public Decider(TargetCoding target, Decision decision, int width)
    {
        (_target, _threshold, _positiveOnly) = (target, decision.Threshold, target.Classes.Count == 2 && width == 1);
        int expected = IsRegression || _positiveOnly ? 1 : target.Classes.Count;
        if (width != expected)
            throw new InputException($"a graph with {width} outputs", IsRegression ? "1 for a number" : $"one for each of {target.Classes.Count} classes", "Train or export the model again.", "model.onnx");
    }

    public bool IsRegression => _target.Kind == TargetKind.Regression;

    /// <summary>The prediction for one row.</summary>
    public RowPrediction Decide(int row, ReadOnlySpan<float> outputs)
    {
        if (IsRegression) return new RowPrediction(row, JsonValue.Create(_target.DecodeValue(outputs[0])));
        int decided = ClassOf(outputs);
        var probabilities = new OrderedDictionary<string, double>(_target.Classes.Count);
        for (int i = 0; i < _target.Classes.Count; i++) probabilities.Add(_target.Classes[i], Probability(outputs, i));
        return new RowPrediction(row, _target.DecodeClass(decided), Probability(outputs, AskedFor(decided)), probabilities);
    }

    /// <summary>The class that is decided on.</summary>
    public int ClassOf(ReadOnlySpan<float> outputs)
    {
        if (_target.Classes.Count == 2) return Probability(outputs, 1) >= _threshold ? 1 : 0;
        int best = 0;
        for (int i = 1; i < outputs.Length; i++)
            if (outputs[i] > outputs[best]) best = i;
        return best;
    }

    /// <summary>The probability of one class, 0 to 1.</summary>
    public double Probability(ReadOnlySpan<float> outputs, int index) =>
        !_positiveOnly ? outputs[index] : index == 1 ? outputs[0] : 1 - (double)outputs[0];

    /// <summary>The single number that an explanation is about: the probability asked for, or the value in the target's unit.</summary>
    /// <param name="outputs">Of the row as it is, or with something changed.</param>
    /// <param name="decided">The class decided on for the row as it is.</param>
    public double Score(ReadOnlySpan<float> outputs, int decided) => IsRegression ? _target.DecodeValue(outputs[0]) : Probability(outputs, AskedFor(decided));

    /// <summary>Which output of the graph the explained number is.</summary>
    public int OutputOf(ReadOnlySpan<float> outputs) => IsRegression || _positiveOnly ? 0 : AskedFor(ClassOf(outputs));

    /// <summary>What the output that <see cref="OutputOf"/> names is worth: the probability as it is, the value in the target's unit.</summary>
    public double ScoreOf(double output) => IsRegression ? _target.DecodeValue(output) : output;

    /// <summary>Of two classes the positive one, whatever was decided; of more the decided one.</summary>
    int AskedFor(int decided) => _target.Classes.Count == 2 ? 1 : decided;
}
