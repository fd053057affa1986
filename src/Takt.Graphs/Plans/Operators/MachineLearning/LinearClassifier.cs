using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Linear scores of classes: logistic regression, discriminants, linear support vectors.</summary>
sealed class LinearClassifier : Kernel
{
    readonly LinearScores _linear;
    readonly ClassScores _scores;
    readonly ClassLabels _labels;

    public LinearClassifier(Node node)
    {
        _labels = new ClassLabels(node);
        double[] intercepts = node.Numbers("intercepts");
        _linear = new LinearScores(node, intercepts.Length > 0 ? intercepts.Length : _labels.Count, node.Numbers("coefficients"), intercepts);
        _scores = ClassScores.Of(node, _linear.Scores, _labels.Count, neverNegative: false);
    }

    public override void Run(Call call)
    {
        var scores = _linear.Of(call, out int rows);
        Classes.Write(call, rows, scores, _scores, _labels);
    }
}
