using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>An operator that computes with numbers that have fractions, written once for all of their types.</summary>
abstract class FloatKernel : Kernel
{
    public sealed override void Run(Call call)
    {
        switch (call.Input().Type)
        {
            case ElementType.Float32: Run<float>(call); break;
            case ElementType.Float64: Run<double>(call); break;
            case ElementType.Float16: Run<Half>(call); break;
            default: throw call.Wrong($"elements of {call.Input().Type}", "Float32, Float64 or Float16");
        }
    }

    /// <summary>Runs on numbers of one type.</summary>
    protected abstract void Run<T>(Call call) where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>;
}
