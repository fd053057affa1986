using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Trees whose leaves add up to numbers: forests and boosted trees for regression.</summary>
sealed class TreeEnsembleRegressor : Kernel
{
    readonly Trees _trees;
    readonly int _targets;
    readonly double[] _base;
    readonly PostTransform _transform;

    public TreeEnsembleRegressor(Node node)
    {
        var (nodes, roots) = TreeAttributes.Read(node, "target");
        _targets = (int)Math.Clamp(node.Int("n_targets", 1), 1, int.MaxValue);
        var sum = node.Text("aggregate_function", "SUM") switch
        {
            "SUM" => ForestSum.Sum,
            "AVERAGE" => ForestSum.Average,
            "MIN" => ForestSum.Min,
            "MAX" => ForestSum.Max,
            var other => throw node.Wrong($"aggregate_function {other}", "SUM, AVERAGE, MIN or MAX"),
        };
        _base = node.Numbers("base_values");
        if (_base.Length is not 0 and not 1 && _base.Length != _targets) throw node.Wrong($"{_base.Length} base values", $"none or {_targets}");
        _transform = node.ReadPostTransform();
        _trees = new Trees(node, nodes, roots, _targets, sum, node.IsDouble("nodes_values"));
    }

    public override void Run(Call call)
    {
        var scores = _trees.Scores(call, out int rows);
        for (int start = 0; start < scores.Length; start += _targets)
        {
            var row = scores.Slice(start, _targets);
            if (_base.Length > 0)
                for (int i = 0; i < row.Length; i++) row[i] += _base[_base.Length == 1 ? 0 : i];
            _transform.Apply(row);
        }

        Numbers.Write<double>(scores, call.Output, ElementType.Float32, [rows, _targets], call);
    }
}
