using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>What happens where a value is written: it replaces what was there, or is joined with it.</summary>
enum Scattering
{
    None,
    Add,
    Mul,
    Max,
    Min,
}

/// <summary>Operators that write updates into a copy of the data, one after the other.</summary>
abstract class ScatterKernel(Node node) : Kernel
{
    readonly Scattering _scattering = node.Text("reduction", "none") switch
    {
        "none" => Scattering.None,
        "add" => Scattering.Add,
        "mul" => Scattering.Mul,
        "max" => Scattering.Max,
        "min" => Scattering.Min,
        var other => throw node.Wrong($"reduction {other}", "none, add, mul, max or min"),
    };

    public sealed override void Run(Call call)
    {
        var type = call.Input().Type;
        if (call.Input(2).Type != type) throw call.Wrong($"updates of {call.Input(2).Type} for {type}", "one element type");
        if (_scattering == Scattering.None)
        {
            if (type == ElementType.String) Copy<string>(call);
            else
                switch (type.Bytes())
                {
                    case sizeof(byte): Copy<byte>(call); break;
                    case sizeof(ushort): Copy<ushort>(call); break;
                    case sizeof(uint): Copy<uint>(call); break;
                    default: Copy<ulong>(call); break;
                }

            return;
        }

        switch (type)
        {
            case ElementType.Float32: Join<float>(call); break;
            case ElementType.Float64: Join<double>(call); break;
            case ElementType.Float16: Join<Half>(call); break;
            case ElementType.Int64: Join<long>(call); break;
            case ElementType.Int32: Join<int>(call); break;
            case ElementType.Int16: Join<short>(call); break;
            case ElementType.Int8: Join<sbyte>(call); break;
            case ElementType.UInt64: Join<ulong>(call); break;
            case ElementType.UInt32: Join<uint>(call); break;
            case ElementType.UInt16: Join<ushort>(call); break;
            case ElementType.UInt8: Join<byte>(call); break;
            default: throw call.Wrong($"{_scattering} of {type}", "numbers");
        }
    }

    /// <summary>Writes all updates, in order.</summary>
    protected abstract void Scatter<T, TWrite>(Call call, ReadOnlySpan<T> updates, Span<T> y, TWrite write) where TWrite : struct, IWrite<T>;

    void Copy<T>(Call call)
    {
        call.Output.CopyFrom(call.Input());
        Scatter(call, call.Input(2).ReadAs<T>(), call.Output.WriteAs<T>(call.Input().Type, call.Input().Sizes), default(Replace<T>));
    }

    void Join<T>(Call call) where T : unmanaged, INumber<T>
    {
        call.Output.CopyFrom(call.Input());
        Scatter(call, call.Input(2).ReadAs<T>(), call.Output.WriteAs<T>(call.Input().Type, call.Input().Sizes), new JoinWith<T>(_scattering));
    }

    /// <summary>What is written.</summary>
    protected interface IWrite<T>
    {
        T Of(T there, T update);
    }

    readonly struct Replace<T> : IWrite<T>
    {
        public T Of(T there, T update) => update;
    }

    readonly struct JoinWith<T>(Scattering how) : IWrite<T> where T : INumber<T>
    {
        public T Of(T there, T update) => how switch
        {
            Scattering.Add => there + update,
            Scattering.Mul => there * update,
            Scattering.Max => T.Max(there, update),
            _ => T.Min(there, update),
        };
    }
}
