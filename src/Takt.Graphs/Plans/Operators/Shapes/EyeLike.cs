using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A matrix of the input's sizes with ones on a diagonal: k above the main one.</summary>
sealed class EyeLike(Node node) : Kernel
{
    readonly long _diagonal = node.Int("k", 0);
    readonly ElementType _type = node.Type("dtype", ElementType.Undefined);

    public override void Run(Call call)
    {
        var x = call.Input();
        if (x.Rank != 2) throw call.Wrong($"sizes {Value.Text(x.Sizes)}", "a matrix");
        var type = _type == ElementType.Undefined ? x.Type : _type;
        if (type == ElementType.String) throw call.Wrong("a matrix of texts", "numbers");
        var y = call.Output.Write(type, x.Sizes);
        y.Clear();
        var one = One(type);
        for (long row = Math.Max(0, -_diagonal); row < x.Sizes[0] && row + _diagonal < x.Sizes[1]; row++)
            one.CopyTo(y[(int)(((row * x.Sizes[1]) + row + _diagonal) * one.Length)..]);
    }

    static ReadOnlySpan<byte> One(ElementType type) => type switch
    {
        ElementType.Float32 => BitConverter.GetBytes(1f),
        ElementType.Float64 => BitConverter.GetBytes(1d),
        ElementType.Float16 => BitConverter.GetBytes((Half)1),
        ElementType.BFloat16 => BitConverter.GetBytes(((BFloat16)1f).Bits),
        _ => BitConverter.GetBytes(1L).AsSpan(0, type.Bytes()),
    };
}
