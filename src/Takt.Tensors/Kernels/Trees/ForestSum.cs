namespace Takt.Tensors.Kernels;

/// <summary>How the leaves that a row reaches become its score.</summary>
public enum ForestSum
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their sum divided by the number of trees.</summary>
    Average,

    /// <summary>The least.</summary>
    Min,

    /// <summary>The greatest.</summary>
    Max,
}
