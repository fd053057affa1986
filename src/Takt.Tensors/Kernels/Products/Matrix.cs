namespace Takt.Tensors.Kernels;

/// <summary>Floats seen as a matrix: element (i, j) is <c>Values[i·RowStride + j·ColumnStride]</c>. Transposing swaps the strides and moves nothing.</summary>
public readonly ref struct Matrix
{
    /// <summary>A row-major matrix, or a band of columns of a wider one.</summary>
    /// <param name="values">Its numbers, from element (0, 0) on.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="rowStride">From one row to the next, 0 or more; <paramref name="columns"/> if rows follow each other without gaps.</param>
    /// <exception cref="ShapeException">The last element lies beyond the values, or a number is below 0.</exception>
    public Matrix(ReadOnlySpan<float> values, int rows, int columns, int? rowStride = null) : this(values, rows, columns, rowStride ?? columns, 1) { }

    Matrix(ReadOnlySpan<float> values, int rows, int columns, int rowStride, int columnStride)
    {
        if (rows < 0 || columns < 0 || rowStride < 0 || columnStride < 0)
            throw new ShapeException("Matrix", $"{rows} × {columns} with strides {rowStride} and {columnStride}", "sizes and strides of 0 or more", "Check rows, columns and stride.");
        if (rows > 0 && columns > 0 && ((rows - 1L) * rowStride) + ((columns - 1L) * columnStride) >= values.Length)
            throw new ShapeException("Matrix", $"{values.Length} values for {rows} × {columns} with strides {rowStride} and {columnStride}", "the last element to be inside", "Check rows, columns and stride.");
        Values = values;
        (Rows, Columns, RowStride, ColumnStride) = (rows, columns, rowStride, columnStride);
    }

    /// <summary>The numbers, from element (0, 0) on.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>How many columns.</summary>
    public int Columns { get; }

    /// <summary>Distance from one row to the next.</summary>
    public int RowStride { get; }

    /// <summary>Distance from one column to the next.</summary>
    public int ColumnStride { get; }

    /// <summary>The same numbers with rows and columns exchanged.</summary>
    public Matrix Transposed => new(Values, Columns, Rows, ColumnStride, RowStride);
}

/// <summary>Where a product goes: a row-major matrix, or a band of columns of a wider one.</summary>
public readonly ref struct MatrixTarget
{
    /// <inheritdoc cref="Matrix(ReadOnlySpan{float}, int, int, int?)"/>
    public MatrixTarget(Span<float> values, int rows, int columns, int? rowStride = null)
    {
        _ = new Matrix(values, rows, columns, rowStride);
        Values = values;
        (Rows, Columns, RowStride) = (rows, columns, rowStride ?? columns);
    }

    /// <summary>The numbers, from element (0, 0) on.</summary>
    public Span<float> Values { get; }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>How many columns.</summary>
    public int Columns { get; }

    /// <summary>Distance from one row to the next.</summary>
    public int RowStride { get; }
}
