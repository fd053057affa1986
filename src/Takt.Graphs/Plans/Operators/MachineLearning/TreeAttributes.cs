using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Reads trees from the parallel lists of TreeEnsembleClassifier and TreeEnsembleRegressor (versions 1 to 3).</summary>
static class TreeAttributes
{
    /// <summary>Reads all nodes of all trees.</summary>
    /// <param name="node">The node.</param>
    /// <param name="weights">What the lists of leaf weights begin with: <c>class</c> or <c>target</c>.</param>
    public static (TreeNode[] Nodes, int[] Roots) Read(Node node, string weights)
    {
        var (trees, ids) = (node.Integers("nodes_treeids"), node.Integers("nodes_nodeids"));
        var (features, splits, modes) = (node.Integers("nodes_featureids"), node.Numbers("nodes_values"), node.Names("nodes_modes"));
        var (whenTrue, whenFalse, missing) = (node.Integers("nodes_truenodeids"), node.Integers("nodes_falsenodeids"), node.Integers("nodes_missing_value_tracks_true"));
        if (trees.Length == 0) throw node.Wrong("no trees", "at least one");
        node.SameLength(
            trees.Length, ("nodes_nodeids", ids.Length), ("nodes_featureids", features.Length), ("nodes_values", splits.Length), ("nodes_modes", modes.Length),
            ("nodes_truenodeids", whenTrue.Length), ("nodes_falsenodeids", whenFalse.Length), ("nodes_missing_value_tracks_true", missing.Length == 0 ? trees.Length : missing.Length));

        var places = new Dictionary<(long Tree, long Id), int>(trees.Length);
        var roots = new Dictionary<long, int>();
        for (int i = 0; i < trees.Length; i++)
        {
            if (!places.TryAdd((trees[i], ids[i]), i)) throw node.Wrong($"node {ids[i]} of tree {trees[i]} twice", "each once");
            roots.TryAdd(trees[i], i);
        }

        var leaves = Leaves(node, weights, places, trees.Length);
        var nodes = new TreeNode[trees.Length];
        for (int i = 0; i < nodes.Length; i++)
            nodes[i] = modes[i] == "LEAF"
                ? TreeNode.Leaf(leaves[i] ?? [])
                : TreeNode.Decision(Mode(node, modes[i]), Feature(node, features[i]), splits[i], Child(trees[i], whenTrue[i]), Child(trees[i], whenFalse[i]), missing.Length > 0 && missing[i] != 0);
        return (nodes, [.. roots.Values.Order()]);

        int Child(long tree, long id) => places.TryGetValue((tree, id), out int place) ? place : throw node.Wrong($"a branch to node {id} of tree {tree}", "a node of that tree");
    }

    /// <summary>A column, checked to be one.</summary>
    public static int Feature(Node node, long feature) => feature is >= 0 and < int.MaxValue ? (int)feature : throw node.Wrong($"feature {feature}", "0 or more");

    static List<(int, double)>?[] Leaves(Node node, string name, Dictionary<(long, long), int> places, int count)
    {
        var (trees, ids, targets, values) = (node.Integers($"{name}_treeids"), node.Integers($"{name}_nodeids"), node.Integers($"{name}_ids"), node.Numbers($"{name}_weights"));
        node.SameLength(trees.Length, ($"{name}_nodeids", ids.Length), ($"{name}_ids", targets.Length), ($"{name}_weights", values.Length));
        var leaves = new List<(int, double)>?[count];
        for (int i = 0; i < trees.Length; i++)
        {
            if (!places.TryGetValue((trees[i], ids[i]), out int place)) throw node.Wrong($"a weight for node {ids[i]} of tree {trees[i]}", "a node that is there");
            (leaves[place] ??= []).Add(((int)Math.Clamp(targets[i], -1, int.MaxValue), values[i]));
        }

        return leaves;
    }

    static TreeMode Mode(Node node, string mode) => mode switch
    {
        "BRANCH_LEQ" => TreeMode.LessOrEqual,
        "BRANCH_LT" => TreeMode.Less,
        "BRANCH_GTE" => TreeMode.GreaterOrEqual,
        "BRANCH_GT" => TreeMode.Greater,
        "BRANCH_EQ" => TreeMode.Equal,
        "BRANCH_NEQ" => TreeMode.NotEqual,
        _ => throw node.Wrong($"mode {mode}", "BRANCH_LEQ, _LT, _GTE, _GT, _EQ, _NEQ or LEAF"),
    };
}
