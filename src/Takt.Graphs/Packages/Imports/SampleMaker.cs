using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Packages;

/// <summary>Draws inputs that a graph can answer. Nobody says how long a text or how large an image may be, so it tries, smallest first.</summary>
static class SampleMaker
{
    /// <summary>Sizes for open axes other than the batch: one that divides by what networks halve, one, and the usual sizes of images.</summary>
    static readonly int[] s_sizes = [8, 1, 2, 4, 16, 32, 64, 96, 128, 160, 224, 256, 320, 512, 640];

    /// <summary>Whole numbers are often places in a table or in a vocabulary: small ones are there in each.</summary>
    static readonly int[] s_ends = [10, 2, 1];

    /// <summary>A graph asked with more than this once would not be asked twice.</summary>
    const long MostElements = 1 << 24;

    /// <summary>Draws inputs and asks.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="proto">The file, which names the open sizes.</param>
    /// <param name="batch">The size of the first axis, where that is open.</param>
    /// <param name="random">Where the numbers come from.</param>
    /// <returns>Inputs and outputs; null if nothing that was tried fits.</returns>
    public static (IReadOnlyList<InferTensor> Inputs, IReadOnlyList<InferTensor> Outputs)? Make(TensorModel model, ModelProto proto, int batch, Generator random)
    {
        foreach (int size in s_sizes)
            foreach (int end in s_ends)
            {
                var inputs = Draw(model, proto, batch, size, end, random);
                if (inputs is null) continue;
                try
                {
                    return (inputs, model.Infer(inputs));
                }
                catch (InputException)   // the sizes or indices do not fit this graph: the next ones may
                {
                }
            }

        return null;
    }

    static List<InferTensor>? Draw(TensorModel model, ModelProto proto, int batch, int size, int end, Generator random)
    {
        var tensors = new List<InferTensor>();
        long elements = 0;
        foreach (var info in model.Plan.Inputs)
        {
            var named = proto.Graph.Input.First(i => i.Name == info.Name).Type?.TensorType?.Shape?.Dim;
            long[] shape = new long[info.Sizes?.Count ?? 2];
            for (int axis = 0; axis < shape.Length; axis++)
                shape[axis] = info.Sizes?[axis] is >= 0 and var known ? known : axis == 0 || named?[axis].DimParam is "batch" or "N" or "batch_size" ? batch : size;
            if (shape.Contains(0)) shape = [.. shape];   // an empty tensor is one, too
            Int128 count = shape.Aggregate((Int128)1, (n, s) => n * s);
            if (count > MostElements || (elements += (long)count) > MostElements) return null;
            tensors.Add(Draw(info.Name, TensorConversions.WireType(info.Type)!.Value, shape, (int)count, end, random));
        }

        return tensors;
    }

    static InferTensor Draw(string name, TensorType type, long[] shape, int count, int end, Generator random)
    {
        return type switch
        {
            TensorType.Bytes => InferTensor.Of(name, Many<string?>(() => ((char)('a' + random.NextInt(26))).ToString()), shape),
            TensorType.Bool => InferTensor.Of(name, Many(() => random.NextBool()), shape),
            TensorType.UInt8 => InferTensor.Of(name, Many(() => (byte)random.NextInt(end)), shape),
            TensorType.UInt16 => InferTensor.Of(name, Many(() => (ushort)random.NextInt(end)), shape),
            TensorType.UInt32 => InferTensor.Of(name, Many(() => (uint)random.NextInt(end)), shape),
            TensorType.UInt64 => InferTensor.Of(name, Many(() => (ulong)random.NextInt(end)), shape),
            TensorType.Int8 => InferTensor.Of(name, Many(() => (sbyte)random.NextInt(end)), shape),
            TensorType.Int16 => InferTensor.Of(name, Many(() => (short)random.NextInt(end)), shape),
            TensorType.Int32 => InferTensor.Of(name, Many(() => random.NextInt(end)), shape),
            TensorType.Int64 => InferTensor.Of(name, Many(() => (long)random.NextInt(end)), shape),
            TensorType.Fp64 => InferTensor.Of(name, Many(() => Math.Round(random.NextNormal(), 3)), shape),
            _ => InferTensor.Of(name, Many(() => MathF.Round((float)random.NextNormal(), 3)), shape),   // half precision takes single, too, and JSON has no form of its own for it
        };

        T[] Many<T>(Func<T> draw)
        {
            var values = new T[count];
            for (int i = 0; i < count; i++) values[i] = draw();
            return values;
        }
    }
}
