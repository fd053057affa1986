using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Trees of ai.onnx.ml 5: decisions and leaves in lists of their own, set membership as a decision, results in the type of the features.</summary>
sealed class TreeEnsemble : Kernel
{
    readonly Trees _trees;
    readonly int _targets;
    readonly PostTransform _transform;

    public TreeEnsemble(Node node)
    {
        _targets = (int)Math.Clamp(node.Int("n_targets", 1), 1, int.MaxValue);
        _transform = node.Int("post_transform", 0) is >= 0 and <= 4 and var transform
            ? (PostTransform)transform
            : throw node.Wrong($"post_transform {node.Int("post_transform", 0)}", "0 to 4");
        var sum = node.Int("aggregate_function", 1) switch
        {
            0 => ForestSum.Average,
            1 => ForestSum.Sum,
            2 => ForestSum.Min,
            3 => ForestSum.Max,
            var other => throw node.Wrong($"aggregate_function {other}", "0 to 3"),
        };
        var (nodes, roots) = Read(node);
        _trees = new Trees(node, nodes, roots, _targets, sum, node.IsDouble("nodes_splits"));
    }

    public override void Run(Call call)
    {
        var scores = _trees.Scores(call, out int rows);
        for (int start = 0; start < scores.Length; start += _targets) _transform.Apply(scores.Slice(start, _targets));
        Numbers.Write<double>(scores, call.Output, call.Input().Type, [rows, _targets], call);
    }

    /// <summary>Decisions first, then leaves: a leaf's place is its number plus the number of decisions.</summary>
    static (TreeNode[] Nodes, int[] Roots) Read(Node node)
    {
        var (features, splits, modes) = (node.Integers("nodes_featureids"), node.Numbers("nodes_splits"), Modes(node));
        var (whenTrue, trueIsLeaf) = (node.Integers("nodes_truenodeids"), node.Integers("nodes_trueleafs"));
        var (whenFalse, falseIsLeaf, missing) = (node.Integers("nodes_falsenodeids"), node.Integers("nodes_falseleafs"), node.Integers("nodes_missing_value_tracks_true"));
        var (leafTargets, leafWeights, roots) = (node.Integers("leaf_targetids"), node.Numbers("leaf_weights"), node.Integers("tree_roots"));
        int count = features.Length;
        node.SameLength(
            count, ("nodes_splits", splits.Length), ("nodes_modes", modes.Length), ("nodes_truenodeids", whenTrue.Length), ("nodes_trueleafs", trueIsLeaf.Length),
            ("nodes_falsenodeids", whenFalse.Length), ("nodes_falseleafs", falseIsLeaf.Length), ("nodes_missing_value_tracks_true", missing.Length == 0 ? count : missing.Length));
        node.SameLength(leafTargets.Length, ("leaf_weights", leafWeights.Length));
        if (roots.Length == 0) throw node.Wrong("no trees", "at least one");

        var members = Members(node, modes);
        var nodes = new TreeNode[count + leafTargets.Length];
        for (int i = 0; i < count; i++)
            nodes[i] = TreeNode.Decision(
                modes[i], TreeAttributes.Feature(node, features[i]), splits[i], Place(whenTrue[i], trueIsLeaf[i]), Place(whenFalse[i], falseIsLeaf[i]), missing.Length > 0 && missing[i] != 0, members[i]);
        for (int i = 0; i < leafTargets.Length; i++)
            nodes[count + i] = TreeNode.Leaf([((int)Math.Clamp(leafTargets[i], -1, int.MaxValue), leafWeights[i])]);
        return (nodes, Array.ConvertAll(roots, root => Place(root, 0)));

        int Place(long id, long isLeaf) => (int)Math.Clamp(isLeaf != 0 ? id + count : id, -1, int.MaxValue);
    }

    static TreeMode[] Modes(Node node)
    {
        if (node.Tensor("nodes_modes") is not { } value) throw node.Wrong("no nodes_modes", "a tensor of uint8");
        byte[] modes = value.Type == ElementType.UInt8 ? value.Read<byte>().ToArray() : throw node.Wrong($"nodes_modes of {value.Type}", "UInt8");
        foreach (byte mode in modes)
            if (mode > (byte)TreeMode.Member) throw node.Wrong($"mode {mode}", "0 to 6");
        return Array.ConvertAll(modes, mode => (TreeMode)mode);
    }

    /// <summary>The sets of the membership decisions, in their order, each closed by a NaN.</summary>
    static double[]?[] Members(Node node, TreeMode[] modes)
    {
        var (values, members, at) = (node.Numbers("membership_values"), new double[]?[modes.Length], 0);
        for (int i = 0; i < modes.Length; i++)
        {
            if (modes[i] != TreeMode.Member) continue;
            int end = at < values.Length ? Array.FindIndex(values, at, double.IsNaN) : -1;
            if (end < 0) throw node.Wrong("membership_values for too few nodes", $"a set closed by NaN for each of {modes.Count(m => m == TreeMode.Member)}");
            (members[i], at) = (values[at..end], end + 1);
        }

        return members;
    }
}
