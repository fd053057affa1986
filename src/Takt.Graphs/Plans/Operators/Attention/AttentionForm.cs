using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The sizes of one attention, checked, and where its heads lie.</summary>
readonly struct AttentionForm
{
    public AttentionForm(Call call, int queryHeads, int keyHeads)
    {
        Value q = call.Input(0), k = call.Input(1), v = call.Input(2);
        HeadsInside = q.Rank == 3;
        if (q.Rank is not (3 or 4) || k.Rank != q.Rank || v.Rank != q.Rank) throw Wrong(call, q, k, v);
        (QueryHeads, KeyHeads) = HeadsInside ? (queryHeads, keyHeads) : (q.Sizes[1], k.Sizes[1]);
        if (QueryHeads == 0 || KeyHeads == 0 || QueryHeads % KeyHeads != 0) throw call.Wrong($"{QueryHeads} heads of queries and {KeyHeads} of keys", "a multiple");
        (Batch, Queries, Keys) = (q.Sizes[0], q.Sizes[^2], k.Sizes[^2]);
        (Width, ValueWidth) = HeadsInside ? (q.Sizes[2] / QueryHeads, v.Sizes[2] / KeyHeads) : (q.Sizes[3], v.Sizes[3]);
        Past = call.OptionalInput(4) is { } past ? past.Rank == 4 ? past.Sizes[2] : throw call.Wrong($"past keys {Value.Text(past.Sizes)}", "[batch, heads, steps, width]") : 0;
        Total = checked(Past + Keys);
        bool fits = k.Sizes[0] == Batch && v.Sizes[0] == Batch && v.Sizes[^2] == Keys
            && (HeadsInside ? q.Sizes[2] == QueryHeads * Width && k.Sizes[2] == KeyHeads * Width && v.Sizes[2] == KeyHeads * ValueWidth : k.Sizes[3] == Width && v.Sizes[1] == KeyHeads);
        if (!fits) throw Wrong(call, q, k, v);
        Check(call, 4, Width);
        Check(call, 5, ValueWidth);
        if ((call.OptionalInput(4) is null) != (call.OptionalInput(5) is null)) throw call.Wrong("past keys or values alone", "both or neither");
        if (call.OptionalInput(6) is { } lengths && lengths.Count != Batch) throw call.Wrong($"nonpad_kv_seqlen {Value.Text(lengths.Sizes)}", $"[{Batch}]");
    }

    public int Batch { get; }

    public int QueryHeads { get; }

    public int KeyHeads { get; }

    public int Queries { get; }

    /// <summary>Keys that come with this call.</summary>
    public int Keys { get; }

    /// <summary>Keys from earlier calls.</summary>
    public int Past { get; }

    /// <summary>All keys.</summary>
    public int Total { get; }

    public int Width { get; }

    public int ValueWidth { get; }

    /// <summary>Whether the heads of a step lie side by side.</summary>
    public bool HeadsInside { get; }

    /// <summary>Makes room for Y.</summary>
    public Span<float> WriteResult(Call call) =>
        call.Output.Write<float>(HeadsInside ? [Batch, Queries, QueryHeads * ValueWidth] : [Batch, QueryHeads, Queries, ValueWidth]);

    /// <summary>The queries of one head of one sequence.</summary>
    public Matrix Query(ReadOnlySpan<float> queries, int head) =>
        HeadsInside
            ? new(queries[((((head / QueryHeads * Queries) * QueryHeads) + (head % QueryHeads)) * Width)..], Queries, Width, QueryHeads * Width)
            : new(queries[(head * Queries * Width)..], Queries, Width);

    /// <summary>Where its result goes.</summary>
    public MatrixTarget Result(Span<float> y, int head) =>
        HeadsInside
            ? new(y[((((head / QueryHeads * Queries) * QueryHeads) + (head % QueryHeads)) * ValueWidth)..], Queries, ValueWidth, QueryHeads * ValueWidth)
            : new(y[(head * Queries * ValueWidth)..], Queries, ValueWidth);

    /// <summary>Past and new keys (or values) one after the other, [batch, heads, all, width].</summary>
    public void Join(Call call, int input, int width, Span<float> target)
    {
        var now = call.Input(input).Read<float>();
        var past = call.OptionalInput(input + 3) is { } given ? given.Read<float>() : default;
        for (int head = 0; head < Batch * KeyHeads; head++)
        {
            var to = target.Slice(head * Total * width, Total * width);
            if (Past > 0) past.Slice(head * Past * width, Past * width).CopyTo(to);
            to = to[(Past * width)..];
            if (!HeadsInside) now.Slice(head * Keys * width, Keys * width).CopyTo(to);
            else
                for (int key = 0; key < Keys; key++)
                    now.Slice((((((head / KeyHeads) * Keys) + key) * KeyHeads) + (head % KeyHeads)) * width, width).CopyTo(to[(key * width)..]);
        }
    }

    /// <summary>Whether a mask stretches to [batch, heads, queries, keys].</summary>
    public bool Broadcasts(Value mask)
    {
        ReadOnlySpan<int> wanted = [Batch, QueryHeads, Queries, Total];
        for (int back = 1; back <= mask.Rank; back++)
            if (mask.Sizes[^back] != 1 && mask.Sizes[^back] != wanted[^back]) return false;
        return true;
    }

    void Check(Call call, int input, int width)
    {
        if (call.OptionalInput(input) is { } past && !past.Sizes.SequenceEqual([Batch, KeyHeads, Past, width]))
            throw call.Wrong($"past of sizes {Value.Text(past.Sizes)}", $"[{Batch}, {KeyHeads}, {Past}, {width}]");
    }

    static Takt.Protocols.Problems.InputException Wrong(Call call, Value q, Value k, Value v) =>
        call.Wrong($"Q {Value.Text(q.Sizes)}, K {Value.Text(k.Sizes)}, V {Value.Text(v.Sizes)}", "[batch, heads, steps, width] or [batch, steps, heads·width], keys as wide as queries and as many as values");
}
