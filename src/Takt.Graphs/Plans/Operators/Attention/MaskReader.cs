namespace Takt.Graphs.Plans.Operators;

/// <summary>What hides keys from queries: a mask, the order of time, the number of keys that count.</summary>
readonly ref struct MaskReader
{
    readonly AttentionForm _form;
    readonly Value? _lengths;
    readonly ReadOnlySpan<bool> _allowed;
    readonly ReadOnlySpan<float> _added;
    readonly int _perBatch, _perHead, _perQuery, _perKey, _width;
    readonly Call _call;

    public MaskReader(Call call, AttentionForm form)
    {
        (_call, _form, _lengths, _width) = (call, form, call.OptionalInput(6), form.Total);
        if (call.OptionalInput(3) is not { } mask) return;
        Span<int> steps = stackalloc int[4];
        ReadOnlySpan<int> wanted = [form.Batch, form.QueryHeads, form.Queries, form.Total];
        if (mask.Rank is 0 or > 4) throw call.Wrong($"a mask of sizes {Value.Text(mask.Sizes)}", $"sizes that stretch to {Value.Text(wanted)}");
        for (int back = 1, step = 1; back <= mask.Rank; step *= mask.Sizes[^back], back++)
        {
            int size = mask.Sizes[^back];
            bool isShort = back == 1 && size < form.Total && size != 1;   // keys beyond a short mask are hidden
            if (size != 1 && size != wanted[^back] && !isShort) throw call.Wrong($"a mask of sizes {Value.Text(mask.Sizes)}", $"sizes that stretch to {Value.Text(wanted)}");
            steps[^back] = size == 1 ? 0 : step;
            if (isShort) _width = size;
        }

        (_perBatch, _perHead, _perQuery, _perKey) = (steps[0], steps[1], steps[2], steps[3]);
        if (mask.Type == ElementType.Bool) _allowed = mask.Read<bool>();
        else _added = mask.Read<float>();
    }

    /// <summary>Adds the mask to the scores of one head; what is hidden becomes −∞.</summary>
    public void Apply(Span<float> scores, int batch, int head, bool isCausal)
    {
        int total = _form.Total, valid = total, offset = _form.Past;
        if (_lengths is not null)
        {
            valid = (int)Math.Clamp(WholeNumbers.At(_lengths, batch, _call), 0, total);
            offset = valid - _form.Queries;
        }

        for (int query = 0; query < _form.Queries; query++)
        {
            var row = scores.Slice(query * total, total);
            int seen = Math.Clamp(isCausal ? Math.Min(valid, query + offset + 1) : valid, 0, _width), at = (batch * _perBatch) + (head * _perHead) + (query * _perQuery);
            if (!_allowed.IsEmpty)
            {
                for (int key = 0; key < seen; key++)
                    if (!_allowed[at + (key * _perKey)]) row[key] = float.NegativeInfinity;
            }
            else if (!_added.IsEmpty)
            {
                for (int key = 0; key < seen; key++) row[key] += _added[at + (key * _perKey)];
            }

            row[seen..].Fill(float.NegativeInfinity);
        }
    }
}
