namespace Takt.Tensors.Kernels;

/// <summary>One node of a decision tree as a file describes it; children are places in the list of all nodes.</summary>
public readonly record struct TreeNode
{
    /// <summary>How it compares.</summary>
    public TreeMode Mode { get; private init; }

    /// <summary>The column of the row that is compared.</summary>
    public int Feature { get; private init; }

    /// <summary>What it is compared with.</summary>
    public double Split { get; private init; }

    /// <summary>Where to go when the comparison holds.</summary>
    public int WhenTrue { get; private init; }

    /// <summary>Where to go when it does not.</summary>
    public int WhenFalse { get; private init; }

    /// <summary>Whether a missing value (NaN) goes the way of a comparison that holds.</summary>
    public bool MissingIsTrue { get; private init; }

    /// <summary>The values of <see cref="TreeMode.Member"/>.</summary>
    public IReadOnlyList<double>? Members { get; private init; }

    /// <summary>What a leaf adds, and to which target.</summary>
    public IReadOnlyList<(int Target, double Weight)>? Weights { get; private init; }

    /// <summary>A node that compares.</summary>
    public static TreeNode Decision(TreeMode mode, int feature, double split, int whenTrue, int whenFalse, bool missingIsTrue, IReadOnlyList<double>? members = null) => new()
    {
        Mode = mode, Feature = feature, Split = split, WhenTrue = whenTrue, WhenFalse = whenFalse, MissingIsTrue = missingIsTrue, Members = members,
    };

    /// <summary>A node that adds to the scores.</summary>
    public static TreeNode Leaf(IReadOnlyList<(int Target, double Weight)> weights) => new() { Mode = TreeMode.Leaf, Weights = weights };
}
