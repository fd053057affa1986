using System.Numerics.Tensors;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A kernel that computes in single precision, made to take half-precision values too: they are widened on the way in, and the result is rounded once on the way out.</summary>
sealed class Widened : Kernel
{
    readonly Kernel _kernel;
    readonly bool _isHalf;
    readonly int _rounded;

    /// <summary>Makes the kernel, its half-precision constants widened once.</summary>
    /// <param name="node">The node.</param>
    /// <param name="make">Makes the kernel that computes in single precision.</param>
    /// <param name="rounded">How many outputs have the type of the input; those behind are single precision anyway (statistics).</param>
    public Widened(Node node, Func<Node, Kernel> make, int rounded = int.MaxValue)
    {
        for (int i = 0; i < node.Inputs.Length; i++)
            if (node.Constant(i) is { Type: ElementType.Float16 } constant)
            {
                var single = new Value(new Storage());
                TensorPrimitives.ConvertToSingle(constant.Read<Half>(), single.Write<float>(constant.Sizes));
                node.SetConstant(i, single);
                _isHalf = true;
            }

        (_kernel, _rounded) = (make(node), rounded);
    }

    public override void Run(Call call)
    {
        bool isHalf = _isHalf;
        for (int i = 0; i < call.InputCount && !isHalf; i++) isHalf = call.OptionalInput(i)?.Type == ElementType.Float16;
        if (!isHalf)
        {
            _kernel.Run(call);
            return;
        }

        var single = call.Beside;
        for (int i = 0; i < call.InputCount; i++)
            if (call.OptionalInput(i) is { } given)
                if (given.Type == ElementType.Float16) TensorPrimitives.ConvertToSingle(given.Read<Half>(), single.Input(i).Write<float>(given.Sizes));
                else given.Bytes.CopyTo(single.Input(i).Write(given.Type, given.Sizes));
        _kernel.Run(single);
        for (int i = 0; i < call.OutputCount; i++)
            if (call.OptionalOutput(i) is { } wanted && single.OptionalOutput(i) is { } made)
                if (made.Type == ElementType.Float32 && i < _rounded) TensorPrimitives.ConvertToHalf(made.Read<float>(), wanted.Write<Half>(made.Sizes));
                else made.Bytes.CopyTo(wanted.Write(made.Type, made.Sizes));
    }
}
