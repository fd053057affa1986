using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>An operator that computes with numbers of any type, written once for all of them.</summary>
abstract class NumberKernel : Kernel
{
    /// <summary>The input whose element type decides.</summary>
    protected virtual int Deciding => 0;

    public sealed override void Run(Call call)
    {
        switch (call.Input(Deciding).Type)
        {
            case ElementType.Float32: Run<float>(call); break;
            case ElementType.Float64: Run<double>(call); break;
            case ElementType.Float16: Run<Half>(call); break;
            case ElementType.Int64: Run<long>(call); break;
            case ElementType.Int32: Run<int>(call); break;
            case ElementType.Int16: Run<short>(call); break;
            case ElementType.Int8: Run<sbyte>(call); break;
            case ElementType.UInt64: Run<ulong>(call); break;
            case ElementType.UInt32: Run<uint>(call); break;
            case ElementType.UInt16: Run<ushort>(call); break;
            case ElementType.UInt8: Run<byte>(call); break;
            default: RunOther(call); break;
        }
    }

    /// <summary>Runs on numbers of one type.</summary>
    protected abstract void Run<T>(Call call) where T : unmanaged, INumber<T>, IMinMaxValue<T>;

    /// <summary>What to do with booleans, texts and the rest: nothing, unless an operator knows better.</summary>
    protected virtual void RunOther(Call call) => throw call.Wrong($"elements of {call.Input(Deciding).Type}", "numbers");
}
