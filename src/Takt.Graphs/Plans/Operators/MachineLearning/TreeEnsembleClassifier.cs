using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Trees whose leaves add up to scores of classes: forests and boosted trees for classification.</summary>
/// <remarks>Where all weights of a two-class model belong to one class, that class's score stands for both.</remarks>
sealed class TreeEnsembleClassifier : Kernel
{
    readonly Trees _trees;
    readonly ClassLabels _labels;
    readonly ClassScores _scores;
    readonly double[] _base;
    readonly int _raw;

    public TreeEnsembleClassifier(Node node)
    {
        _labels = new ClassLabels(node, "classlabels_int64s");
        var (nodes, roots) = TreeAttributes.Read(node, "class");
        long[] ids = [.. node.Integers("class_ids").Distinct()];
        bool single = _labels.Count == 2 && ids.Length == 1;
        _raw = single ? 1 : _labels.Count;
        _base = node.Numbers("base_values");
        if (_base.Length != 0 && _base.Length != _raw && _base.Length != _labels.Count) throw node.Wrong($"{_base.Length} base values", $"none or {_labels.Count}");
        if (single)
        {
            nodes = Array.ConvertAll(nodes, n => n.Mode == TreeMode.Leaf ? TreeNode.Leaf([.. n.Weights!.Select(w => (0, w.Weight))]) : n);
            if (_base.Length == 2) _base = [_base[(int)Math.Clamp(ids[0], 0, 1)]];
        }

        bool neverNegative = Array.TrueForAll(node.Numbers("class_weights"), w => w >= 0);
        _scores = ClassScores.Of(node, _raw, _labels.Count, neverNegative);
        _trees = new Trees(node, nodes, roots, _raw, ForestSum.Sum, node.IsDouble("nodes_values"));
    }

    public override void Run(Call call)
    {
        var scores = _trees.Scores(call, out int rows);
        if (_base.Length > 0)
            for (int i = 0; i < scores.Length; i++) scores[i] += _base[i % _raw];
        Classes.Write(call, rows, scores, _scores, _labels);
    }
}
