using Takt.Graphs.Checking.Inference;

namespace Takt.Graphs.Checking.Rows;

/// <summary>A node as a rule of <see cref="RowRules"/> sees it: what is known of its inputs, and how they depend on the rows.</summary>
sealed class RowNode(NodeView view, IReadOnlyList<RowState> states)
{
    public NodeView View => view;

    /// <summary>An input's state; what is left out depends on nothing.</summary>
    public RowState this[int input] => input < states.Count ? states[input] : RowState.None;

    /// <summary>The axis of an input's rows, or null if it is not row by row.</summary>
    public int? Axis(int input = 0) => this[input].IsEach ? this[input].Axis : null;

    /// <summary>The number of an input's axes, or null.</summary>
    public int? Rank(int input = 0) => view.Shape(input)?.Count;

    /// <summary>Whether all inputs from one on depend on nothing.</summary>
    public bool AreFixed(int from)
    {
        for (int i = from; i < states.Count; i++)
            if (states[i].Dependence != RowDependence.None) return false;
        return true;
    }

    /// <summary>Whether the first input is row by row, along its first axis, and all others depend on nothing.</summary>
    public bool IsBatch => Axis() == 0 && AreFixed(1);

    /// <summary>The axis of rows where inputs are stretched to a common shape; null if rows meet what is not stretched along them.</summary>
    public int? Stretched(params IReadOnlyList<int> inputs)
    {
        int rank = 0, axis = -1;
        foreach (int i in inputs)
        {
            if (view.Input(i) is null) continue;
            if (Rank(i) is not { } own) return null;
            rank = Math.Max(rank, own);
        }

        foreach (int i in inputs)
            if (Axis(i) is { } own)
            {
                int place = own + rank - Rank(i)!.Value;
                if (axis >= 0 && place != axis) return null;
                axis = place;
            }

        if (axis < 0) return null;
        foreach (int i in inputs)
            if (view.Shape(i) is { } shape && !this[i].IsEach && (this[i].Dependence != RowDependence.None || (axis - (rank - shape.Count) is >= 0 and var at && shape[at]?.Value != 1)))
                return null;
        return axis;
    }
}
