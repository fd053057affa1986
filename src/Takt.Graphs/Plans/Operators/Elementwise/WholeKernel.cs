using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>An operator on whole numbers, written once for all of their types.</summary>
abstract class WholeKernel : Kernel
{
    public sealed override void Run(Call call)
    {
        switch (call.Input().Type)
        {
            case ElementType.Int64: Run<long>(call); break;
            case ElementType.Int32: Run<int>(call); break;
            case ElementType.Int16: Run<short>(call); break;
            case ElementType.Int8: Run<sbyte>(call); break;
            case ElementType.UInt64: Run<ulong>(call); break;
            case ElementType.UInt32: Run<uint>(call); break;
            case ElementType.UInt16: Run<ushort>(call); break;
            case ElementType.UInt8: Run<byte>(call); break;
            default: throw call.Wrong($"elements of {call.Input().Type}", "whole numbers");
        }
    }

    protected abstract void Run<T>(Call call) where T : unmanaged, IBinaryInteger<T>;
}
