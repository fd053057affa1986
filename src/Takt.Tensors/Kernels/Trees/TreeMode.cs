namespace Takt.Tensors.Kernels;

/// <summary>How a node of a decision tree compares a feature with its split; the numbers are those of ONNX's TreeEnsemble.</summary>
public enum TreeMode : byte
{
    /// <summary>x ≤ split.</summary>
    LessOrEqual = 0,

    /// <summary>x &lt; split.</summary>
    Less = 1,

    /// <summary>x ≥ split.</summary>
    GreaterOrEqual = 2,

    /// <summary>x &gt; split.</summary>
    Greater = 3,

    /// <summary>x = split.</summary>
    Equal = 4,

    /// <summary>x ≠ split.</summary>
    NotEqual = 5,

    /// <summary>x is one of a set of values.</summary>
    Member = 6,

    /// <summary>No comparison: the node is a leaf.</summary>
    Leaf = 7,
}
