namespace Takt.Graphs.Plans.Operators;

/// <summary>Products of stacks of 8-bit matrices: sizes as numpy's matmul, zero points taken off, all sums exact in 32 bits.</summary>
/// <param name="weights">The right side, if it is constant.</param>
sealed class IntegerMatMul(IntegerWeights? weights)
{
    /// <summary>Multiplies; the sums stand in the call's working memory.</summary>
    /// <param name="call">The node.</param>
    /// <param name="a">Left side.</param>
    /// <param name="aZero">One zero point, or one a row.</param>
    /// <param name="b">Right side.</param>
    /// <param name="bZero">One zero point, or one a column.</param>
    /// <param name="sizes">Sizes of the result; as long as <see cref="Rank"/> says.</param>
    /// <param name="columns">Columns of each product.</param>
    public ReadOnlySpan<int> Multiply(Call call, Value a, Value? aZero, Value? b, Value? bZero, Span<int> sizes, out int columns)
    {
        if (weights is null) return MultiplyAny(call, a, aZero, b ?? throw call.Wrong("no right side", "one"), bZero, sizes, out columns);
        if (a.Sizes[^1] != weights.Inner) throw call.Wrong($"inner sizes {a.Sizes[^1]} and {weights.Inner}", "equal ones");
        a.Sizes[..^1].CopyTo(sizes);
        sizes[^1] = columns = weights.Columns;
        int rows = weights.Inner == 0 ? 0 : a.Count / weights.Inner;
        if (aZero is not null && aZero.Count != 1 && aZero.Count != rows) throw call.Wrong($"{aZero.Count} zero points", $"1 or {rows}");
        var sums = call.Scratch.Take<int>((long)rows * columns);
        weights.Multiply(a, aZero, sums, call);
        return sums;
    }

    static ReadOnlySpan<int> MultiplyAny(Call call, Value a, Value? aZero, Value b, Value? bZero, Span<int> sizes, out int columns)
    {
        int rows = a.Rank == 1 ? 1 : a.Sizes[^2], inner = a.Sizes[^1];
        columns = b.Rank == 1 ? 1 : b.Sizes[^1];
        if ((b.Rank == 1 ? b.Sizes[0] : b.Sizes[^2]) != inner) throw call.Wrong($"sizes {Value.Text(a.Sizes)} and {Value.Text(b.Sizes)}", "equal inner sizes");
        ReadOnlySpan<int> aLead = a.Sizes[..Math.Max(0, a.Rank - 2)], bLead = b.Sizes[..Math.Max(0, b.Rank - 2)];
        int lead = Math.Max(aLead.Length, bLead.Length), rank = lead;
        Span<int> aSteps = stackalloc int[lead], bSteps = stackalloc int[lead], position = stackalloc int[lead], common = stackalloc int[lead];
        if (!Broadcast.Sizes(aLead, bLead, common)) throw call.Wrong($"sizes {Value.Text(a.Sizes)} and {Value.Text(b.Sizes)}", "leading sizes that are equal or 1");
        Broadcast.Steps(aLead, aSteps);
        Broadcast.Steps(bLead, bSteps);
        common.CopyTo(sizes);
        if (a.Rank > 1) sizes[rank++] = rows;
        if (b.Rank > 1) sizes[rank] = columns;

        long count = (long)rows * columns;
        foreach (int size in common) count *= size;
        int zeros = (aZero?.Count ?? 0) + (bZero?.Count ?? 0);
        var room = call.Scratch.Take<int>(count + zeros + IntegerProduct.Room(inner, columns));
        var sums = room[..(int)count];
        room = room[sums.Length..];
        ReadOnlySpan<int> left = IntegerMatrix.ZerosOf(aZero, room, call), right = IntegerMatrix.ZerosOf(bZero, room[left.Length..], call);
        CheckZeros(call, left.Length, rows, a);
        CheckZeros(call, right.Length, columns, b);
        room = room[zeros..];
        bool aSigned = IntegerMatrix.SignOf(a, call), bSigned = IntegerMatrix.SignOf(b, call);
        position.Clear();
        for (int start = 0, size = rows * columns; start < sums.Length; start += size)
        {
            int from = Broadcast.Offset(position, aSteps), beside = Broadcast.Offset(position, bSteps);
            IntegerProduct.Multiply(
                new IntegerMatrix(a.Bytes[(from * rows * inner)..], aSigned, rows, inner, Part(left, from, rows)),
                new IntegerMatrix(b.Bytes[(beside * inner * columns)..], bSigned, inner, columns, Part(right, beside, columns)),
                sums.Slice(start, size), room);
            Broadcast.Advance(position, common);
        }

        return sums;
    }

    /// <summary>Axes of the result.</summary>
    public int Rank(Value a, Value? b, Call call) =>
        a.Rank == 0 || b?.Rank == 0 ? throw call.Wrong("a scalar", "vectors or matrices")
            : weights is not null || b is null ? a.Rank
            : Math.Max(0, Math.Max(a.Rank, b.Rank) - 2) + Math.Min(1, a.Rank - 1) + Math.Min(1, b.Rank - 1);

    /// <summary>Zero points of one matrix of a stack: those of all, or its own.</summary>
    static ReadOnlySpan<int> Part(ReadOnlySpan<int> zeros, int matrix, int lines) => zeros.Length <= Math.Max(1, lines) ? zeros : zeros.Slice(matrix * lines, lines);

    static void CheckZeros(Call call, int zeros, int lines, Value matrices)
    {
        int all = matrices.Count == 0 || matrices.Rank < 2 ? lines : matrices.Count / (matrices.Sizes[^1] * matrices.Sizes[^2]) * lines;
        if (zeros > 1 && zeros != lines && zeros != all) throw call.Wrong($"{zeros} zero points", $"none, 1 or {lines}");
    }
}
