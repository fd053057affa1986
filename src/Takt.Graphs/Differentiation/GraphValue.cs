using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Differentiation;

/// <summary>A value on its way through the graph: a tensor of the tape, or what a plan's kernel made; each becomes the other when it is asked for.</summary>
sealed class GraphValue
{
    Tensor? _tensor;
    Value? _value;

    readonly ElementType? _declared;

    public GraphValue(Tensor tensor) => _tensor = tensor;

    /// <summary>An input that the graph declares as another type of whole numbers than tensors have.</summary>
    public GraphValue(Tensor tensor, ElementType declared) => (_tensor, _declared) = (tensor, declared);

    public GraphValue(Value value) => _value = value;

    /// <summary>As the tape sees it. All floats are single precision there, all whole numbers Int64.</summary>
    public Tensor Tensor => _tensor ??= ToTensor(_value!);

    /// <summary>As kernels of plans see it.</summary>
    public Value Value => _value ??= ToValue(_tensor!, _declared);

    static Tensor ToTensor(Value value)
    {
        int[] sizes = value.Sizes.ToArray();
        return value.Type switch
        {
            ElementType.Float32 => Tensor.Of(value.Read<float>(), sizes),
            ElementType.Float16 => Tensor.Of(Convert<Half, float>(value, v => (float)v), sizes),
            ElementType.BFloat16 => Tensor.Of(Convert<BFloat16, float>(value, v => (float)v), sizes),
            ElementType.Float64 => Tensor.Of(Convert<double, float>(value, v => (float)v), sizes),
            ElementType.Bool => Tensor.OfMask(value.Read<bool>(), sizes),
            ElementType.Int64 => Tensor.OfIndices(value.Read<long>(), sizes),
            ElementType.Int32 => Tensor.OfIndices(Convert<int, long>(value, v => v), sizes),
            ElementType.Int16 => Tensor.OfIndices(Convert<short, long>(value, v => v), sizes),
            ElementType.Int8 => Tensor.OfIndices(Convert<sbyte, long>(value, v => v), sizes),
            ElementType.UInt8 => Tensor.OfIndices(Convert<byte, long>(value, v => v), sizes),
            var type => throw new InputException($"a tensor of {type}", "numbers of 16 to 64 bits"),
        };
    }

    static TTo[] Convert<TFrom, TTo>(Value value, Func<TFrom, TTo> each) where TFrom : unmanaged
    {
        var from = value.Read<TFrom>();
        var to = new TTo[from.Length];
        for (int i = 0; i < to.Length; i++) to[i] = each(from[i]);
        return to;
    }

    static Value ToValue(Tensor tensor, ElementType? declared)
    {
        var straight = tensor.Contiguous();
        return tensor.Type switch
        {
            ElementType.Int64 when declared == ElementType.Int32 => Value.Of<int>([.. straight.Indices.ToArray().Select(v => checked((int)v))], tensor.Shape.Sizes),
            ElementType.Int64 => Value.Of<long>(straight.Indices, tensor.Shape.Sizes),
            ElementType.Bool => Value.Of<bool>(straight.Mask, tensor.Shape.Sizes),
            _ => Value.Of<float>(straight.Values, tensor.Shape.Sizes),
        };
    }
}
