using System.Numerics.Tensors;

namespace Takt.Graphs.Plans.Operators;

/// <summary>To uint8 with a scale and zero point made for this very tensor, so that its least and greatest numbers and 0 fit. Outputs y, scale, zero point.</summary>
/// <remarks>By its definition the scale depends on all rows of a batch: here alone a row's result is not its own.</remarks>
sealed class DynamicQuantizeLinear : Kernel
{
    public override void Run(Call call)
    {
        var x = call.Input();
        var from = x.Read<float>();
        float least = from.IsEmpty ? 0 : Math.Min(0, TensorPrimitives.Min(from)), greatest = from.IsEmpty ? 0 : Math.Max(0, TensorPrimitives.Max(from));
        float scale = greatest == least ? 1 : (greatest - least) / byte.MaxValue;
        byte zero = (byte)Math.Clamp(MathF.Round(-least / scale), byte.MinValue, byte.MaxValue);
        if (call.OptionalOutput(0) is { } y) Rounding.Quantise(from, scale, zero, byte.MinValue, byte.MaxValue, y.Write<byte>(x.Sizes));
        if (call.OptionalOutput(1) is { } scales) scales.Write<float>([])[0] = scale;
        if (call.OptionalOutput(2) is { } zeros) zeros.Write<byte>([])[0] = zero;
    }
}
