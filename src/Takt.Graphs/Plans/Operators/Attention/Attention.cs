using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Scaled dot-product attention of operator sets 23 and 24: softmax(scale·Q·Kᵀ, softcapped, masked)·V, head by head; groups of query heads may share a key head.</summary>
/// <remarks>
/// Q, K, V are [batch, heads, steps, width], or [batch, steps, heads·width] with the numbers of heads as attributes. Inputs beyond them: 3 mask (bool: true lets through; float: added),
/// 4 and 5 past keys and values, put in front, 6 how many keys of each sequence count. Outputs: Y, present keys and values, and the scores at the stage that <c>qk_matmul_output_mode</c> names.
/// </remarks>
sealed class Attention : Kernel
{
    readonly bool _isCausal;
    readonly int _queryHeads, _keyHeads, _mode;
    readonly float _scale, _softcap;
    readonly HeadLayout _layout;

    public Attention(Node node)
    {
        _isCausal = node.Int("is_causal", 0) != 0;
        (_queryHeads, _keyHeads) = ((int)Math.Clamp(node.Int("q_num_heads", 0), 0, 1 << 20), (int)Math.Clamp(node.Int("kv_num_heads", 0), 0, 1 << 20));
        _layout = node.Heads;
        (_scale, _softcap) = (node.Float("scale", 0), node.Float("softcap", 0));
        _mode = (int)Math.Clamp(node.Int("qk_matmul_output_mode", 0), -1, 4);
        if (_mode is < 0 or > 3) throw node.Wrong($"qk_matmul_output_mode {_mode}", "0 to 3");
    }

    public override void Run(Call call)
    {
        if (call.Input(0).Type != ElementType.Float32) throw call.Wrong($"queries of {call.Input(0).Type}", "Float32 or Float16");
        if (_layout != HeadLayout.Standard)
        {
            Found(call);
            return;
        }

        var form = new AttentionForm(call, _queryHeads, _keyHeads);
        float scale = _scale > 0 ? _scale : 1 / MathF.Sqrt(Math.Max(form.Width, 1));
        if (!TryFast(call, form, scale)) General(call, form, scale);
    }

    /// <summary>An attention that a rewrite found: plain, its heads where they happen to lie.</summary>
    void Found(Call call)
    {
        Value q = call.Input(0), k = call.Input(1), v = call.Input(2);
        int rank = _layout is HeadLayout.Alone or HeadLayout.StepsFirst ? 3 : 4;
        if (q.Rank != rank || k.Rank != rank || v.Rank != rank) throw Differ(call);
        var (batch, heads, steps) = _layout switch { HeadLayout.Outside => (0, 1, 2), HeadLayout.Inside => (0, 2, 1), HeadLayout.Alone => (-1, 0, 1), _ => (-1, 1, 0) };
        int Size(Value value, int axis) => axis < 0 ? 1 : value.Sizes[axis];
        bool fits = Size(k, batch) == Size(q, batch) && Size(v, batch) == Size(q, batch) && k.Sizes[heads] == q.Sizes[heads] && v.Sizes[heads] == q.Sizes[heads]
            && k.Sizes[steps] == v.Sizes[steps] && k.Sizes[^1] == q.Sizes[^1];
        if (!fits) throw Differ(call);
        var sizes = new AttentionSizes(Size(q, batch), q.Sizes[heads], q.Sizes[steps], k.Sizes[steps], q.Sizes[^1], v.Sizes[^1], heads > steps, IsCausal: false, _scale);
        Span<int> made = stackalloc int[rank];
        q.Sizes.CopyTo(made);
        made[^1] = v.Sizes[^1];
        AttentionForward.Run(sizes, q.Read<float>(), k.Read<float>(), v.Read<float>(), default, call.Output.Write<float>(made), default);
    }

    static Takt.Protocols.Problems.InputException Differ(Call call) =>
        call.Wrong($"Q {Value.Text(call.Input(0).Sizes)}, K {Value.Text(call.Input(1).Sizes)}, V {Value.Text(call.Input(2).Sizes)}", "equal numbers of sequences and heads, keys as wide as queries and as many as values");

    /// <summary>By the kernel that training uses, if nothing rare is asked for.</summary>
    bool TryFast(Call call, AttentionForm form, float scale)
    {
        var mask = call.OptionalInput(3);
        if (form.QueryHeads != form.KeyHeads || form.Past > 0 || _softcap != 0 || call.OptionalInput(6) is not null || call.OptionalOutput(1) is not null || call.OptionalOutput(2) is not null || call.OptionalOutput(3) is not null
            || (mask is not null && (mask.Type != ElementType.Bool || mask.Rank is 0 or > 4 || !form.Broadcasts(mask)))) return false;
        var sizes = new AttentionSizes(form.Batch, form.QueryHeads, form.Queries, form.Keys, form.Width, form.ValueWidth, form.HeadsInside, _isCausal, scale);
        AttentionForward.Run(sizes, call.Input(0).Read<float>(), call.Input(1).Read<float>(), call.Input(2).Read<float>(),
            mask is null ? default : new AttentionMask(mask.Read<bool>(), mask.Sizes, sizes), form.WriteResult(call), default);
        return true;
    }

    void General(Call call, AttentionForm form, float scale)
    {
        var y = form.WriteResult(call);
        int total = form.Total, scores = checked(form.Queries * total);
        Span<int> all = [form.Batch, form.QueryHeads, form.Queries, total];
        var shown = call.OptionalOutput(3) is { } wanted ? wanted.Write<float>(all) : default;
        int keyCount = form.Batch * form.KeyHeads * total * form.Width, valueCount = form.Batch * form.KeyHeads * total * form.ValueWidth;
        var scratch = call.Scratch.Take<float>((long)keyCount + valueCount + scores);
        Span<float> keys = scratch[..keyCount], values = scratch.Slice(keyCount, valueCount), weights = scratch[(keyCount + valueCount)..];
        form.Join(call, 1, form.Width, keys);
        form.Join(call, 2, form.ValueWidth, values);
        if (call.OptionalOutput(1) is { } presentKeys) keys.CopyTo(presentKeys.Write<float>([form.Batch, form.KeyHeads, total, form.Width]));
        if (call.OptionalOutput(2) is { } presentValues) values.CopyTo(presentValues.Write<float>([form.Batch, form.KeyHeads, total, form.ValueWidth]));

        var mask = new MaskReader(call, form);
        var queries = call.Input(0).Read<float>();
        for (int head = 0; head < form.Batch * form.QueryHeads; head++)
        {
            int batch = head / form.QueryHeads, shared = (batch * form.KeyHeads) + (head % form.QueryHeads / (form.QueryHeads / form.KeyHeads));
            var stage = shown.IsEmpty ? default : shown.Slice(head * scores, scores);
            Takt.Tensors.Kernels.Gemm.Multiply(form.Query(queries, head), new Matrix(keys[(shared * total * form.Width)..], total, form.Width).Transposed, new MatrixTarget(weights, form.Queries, total));
            foreach (ref float score in weights) score *= scale;
            if (_mode == 0) Show(weights, stage);
            if (_softcap > 0)
                foreach (ref float score in weights) score = _softcap * MathF.Tanh(score / _softcap);
            if (_mode == 1) Show(weights, stage);
            mask.Apply(weights, batch, head % form.QueryHeads, _isCausal);
            if (_mode == 2) Show(weights, stage);
            Normalise(weights, total);
            if (_mode == 3) Show(weights, stage);
            Takt.Tensors.Kernels.Gemm.Multiply(new Matrix(weights, form.Queries, total), new Matrix(values[(shared * total * form.ValueWidth)..], total, form.ValueWidth), form.Result(y, head));
        }
    }

    static void Show(ReadOnlySpan<float> weights, Span<float> stage)
    {
        if (!stage.IsEmpty) weights.CopyTo(stage);
    }

    /// <summary>Softmax row by row; a row that may see nothing becomes zeros.</summary>
    static void Normalise(Span<float> weights, int width)
    {
        for (int row = 0; width > 0 && row < weights.Length; row += width)
        {
            var scores = weights.Slice(row, width);
            if (scores.ContainsAnyExcept(float.NegativeInfinity)) SoftmaxKernel.Apply(scores, scores, width);
            else scores.Clear();
        }
    }
}
