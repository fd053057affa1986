using System.Numerics.Tensors;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A kernel that computes in single precision, made to take values of 16 bits too (Float16, BFloat16): they are widened on the way in, and the result is rounded once on the way out.</summary>
sealed class Widened : Kernel
{
    readonly Kernel _kernel;
    readonly ElementType _narrow;   // of the constants; default if there are none
    readonly int _rounded;

    /// <summary>Makes the kernel, its constants of 16 bits widened once.</summary>
    /// <param name="node">The node.</param>
    /// <param name="make">Makes the kernel that computes in single precision.</param>
    /// <param name="rounded">How many outputs have the type of the input; those behind are single precision anyway (statistics).</param>
    public Widened(Node node, Func<Node, Kernel> make, int rounded = int.MaxValue)
    {
        for (int i = 0; i < node.Inputs.Length; i++)
            if (node.Constant(i) is { Type: ElementType.Float16 or ElementType.BFloat16 } constant)
            {
                var single = new Value(new Storage());
                Widen(constant, single);
                node.SetConstant(i, single);
                _narrow = constant.Type;
            }

        (_kernel, _rounded) = (make(node), rounded);
    }

    public override string Name => _narrow == default ? _kernel.Name : $"{_kernel.Name} ({_narrow} widened)";

    public override void Run(Call call)
    {
        var narrow = _narrow;
        for (int i = 0; i < call.InputCount && narrow == default; i++)
            if (call.OptionalInput(i) is { Type: ElementType.Float16 or ElementType.BFloat16 } given) narrow = given.Type;
        if (narrow == default)
        {
            _kernel.Run(call);
            return;
        }

        var single = call.Beside;
        for (int i = 0; i < call.InputCount; i++)
            if (call.OptionalInput(i) is { } given) Widen(given, single.Input(i));
        _kernel.Run(single);
        for (int i = 0; i < call.OutputCount; i++)
            if (call.OptionalOutput(i) is { } wanted && single.OptionalOutput(i) is { } made)
                if (made.Type == ElementType.Float32 && i < _rounded) Narrow(made, narrow, wanted);
                else wanted.CopyFrom(made);
    }

    static void Widen(Value from, Value to)
    {
        if (from.Type == ElementType.Float16) TensorPrimitives.ConvertToSingle(from.Read<Half>(), to.Write<float>(from.Sizes));
        else if (from.Type != ElementType.BFloat16) to.CopyFrom(from);
        else
        {
            var narrow = from.Read<BFloat16>();
            var wide = to.Write<float>(from.Sizes);
            for (int i = 0; i < wide.Length; i++) wide[i] = narrow[i];
        }
    }

    static void Narrow(Value from, ElementType type, Value to)
    {
        var wide = from.Read<float>();
        if (type == ElementType.Float16) TensorPrimitives.ConvertToHalf(wide, to.Write<Half>(from.Sizes));
        else
        {
            var narrow = to.Write<BFloat16>(from.Sizes);
            for (int i = 0; i < wide.Length; i++) narrow[i] = (BFloat16)wide[i];
        }
    }
}
