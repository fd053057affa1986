namespace Takt.Graphs.Checking.Rows;

/// <summary>How a value depends on the rows of a request.</summary>
enum RowDependence
{
    /// <summary>Not at all: it is the same whatever the rows are and however many.</summary>
    None,

    /// <summary>On their number alone, as sizes do.</summary>
    Count,

    /// <summary>Row by row: what lies at a row's place along one axis depends on that row and on no other.</summary>
    Each,

    /// <summary>In a way that is not known to be one of the others.</summary>
    Unknown,
}

/// <summary>How a value depends on the rows of a request, and where the rows lie in it.</summary>
/// <param name="Dependence">How.</param>
/// <param name="Axis">For <see cref="RowDependence.Each"/>: the axis along which rows follow each other, each with an equal number of places.</param>
readonly record struct RowState(RowDependence Dependence, int Axis = -1)
{
    public static RowState None => new(RowDependence.None);

    public static RowState Unknown => new(RowDependence.Unknown);

    public bool IsEach => Dependence == RowDependence.Each;
}
