using Google.Protobuf;
using Takt.Graphs.Onnx;
using Takt.Tensors;
using static Takt.Graphs.Onnx.AttributeProto.Types;

namespace Takt.Graphs.Tests.Fuzzing;

/// <summary>Damages model files as disks, transfers, exporters and people of ill will do. The same seed gives the same damage.</summary>
sealed class ModelMutator(Generator random, IReadOnlyList<string> operators)
{
    static readonly long[] s_extremes =
    [
        0, 1, -1, 2, 3, 7, 8, 63, 64, 65, 127, 255, 256, 1000, 65_535, 65_536, 1 << 20, 1 << 24, int.MaxValue - 1, int.MaxValue, int.MinValue, 1L << 31, 1L << 32, 1L << 40, 1L << 62,
        long.MaxValue, long.MinValue, long.MaxValue / 2,
    ];

    static readonly float[] s_numbers = [0, -0f, 1, -1, 0.5f, 1e-30f, 1e30f, float.MaxValue, float.MinValue, float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    /// <summary>A damaged copy of a file.</summary>
    public byte[] Mutate(byte[] file)
    {
        if (random.NextInt(4) == 0) return Bytes(file);
        var model = ModelProto.Parser.ParseFrom(file);
        for (int i = random.NextInt(2) == 0 ? 1 : 1 + random.NextInt(3); i > 0; i--) Edit(model);
        byte[] edited = model.ToByteArray();
        return random.NextInt(10) == 0 ? Bytes(edited) : edited;
    }

    byte[] Bytes(byte[] file)
    {
        if (file.Length == 0) return file;
        byte[] bytes = [.. file];
        switch (random.NextInt(5))
        {
            case 0: return bytes[..random.NextInt(bytes.Length)];
            case 1:   // a piece twice
                int from = random.NextInt(bytes.Length), length = random.NextInt(Math.Min(200, bytes.Length - from) + 1);
                return [.. bytes[..from], .. bytes.AsSpan(from, length), .. bytes[from..]];
            case 2:   // a piece missing
                int start = random.NextInt(bytes.Length), gone = random.NextInt(Math.Min(50, bytes.Length - start) + 1);
                return [.. bytes[..start], .. bytes[(start + gone)..]];
            default:
                for (int i = 0; i <= random.NextInt(4); i++)
                {
                    int at = random.NextInt(2) == 0 ? random.NextInt(bytes.Length) : bytes.Length - 1 - random.NextInt(Math.Min(600, bytes.Length));   // weights, and structure
                    bytes[at] = random.NextInt(3) == 0 ? (byte)random.NextInt(256) : (byte)(bytes[at] ^ (1 << random.NextInt(8)));
                }

                return bytes;
        }
    }

    void Edit(ModelProto model)
    {
        var graph = Pick([.. ModelWalk.Graphs(model)])!;
        switch (random.NextInt(16))
        {
            case 0: Attribute(graph); break;
            case 1: Attribute(graph); break;
            case 2: Dims(graph); break;
            case 3: Dims(graph); break;
            case 4: DeclaredSizes(graph); break;
            case 5: Numbers(graph); break;
            case 6: Numbers(graph); break;
            case 7: SwapNames(graph); break;
            case 8: Cycle(graph); break;
            case 9: Types(graph); break;
            case 10: Operator(graph); break;
            case 11: Inputs(graph); break;
            case 12: Outputs(graph); break;
            case 13: Opset(model); break;
            case 14: Nodes(graph); break;
            default: External(graph); break;
        }
    }

    void Attribute(GraphProto graph)
    {
        if (Pick(graph.Node) is not { } node) return;
        if (Pick(node.Attribute) is not { } attribute || random.NextInt(6) == 0)
        {
            string name = Pick(["axis", "axes", "perm", "pads", "strides", "kernel_shape", "dilations", "group", "to", "hidden_size", "alpha", "epsilon", "blocksize", "k", "mode", "direction", "batch_dims", "split"])!;
            node.Attribute.Add(random.NextInt(2) == 0
                ? new AttributeProto { Name = name, Type = AttributeType.Int, I = Extreme() }
                : new AttributeProto { Name = name, Type = AttributeType.Ints, Ints = { Enumerable.Range(0, random.NextInt(6)).Select(_ => Extreme()) } });
            return;
        }

        switch (random.NextInt(8))
        {
            case 0: attribute.I = Extreme(); break;
            case 1: attribute.F = Pick(s_numbers); break;
            case 2 when attribute.Ints.Count > 0: attribute.Ints[random.NextInt(attribute.Ints.Count)] = Extreme(); break;
            case 3: attribute.Ints.Add(Extreme()); break;
            case 4 when attribute.Ints.Count > 0: attribute.Ints.RemoveAt(random.NextInt(attribute.Ints.Count)); break;
            case 5: attribute.Type = (AttributeType)random.NextInt(16); break;
            case 6: node.Attribute.Remove(attribute); break;
            default:
                if (attribute.T is { } tensor && tensor.Dims.Count > 0) tensor.Dims[random.NextInt(tensor.Dims.Count)] = Extreme();
                else if (attribute.Floats.Count > 0) attribute.Floats[random.NextInt(attribute.Floats.Count)] = Pick(s_numbers);
                else attribute.S = ByteString.CopyFromUtf8(Pick(["", "SAME_UPPER", "VALID", "reverse", "bidirectional", "linear", "cubic", "edge", "reflect", "tanh", "bij,bjk->bik", "…"])!);
                break;
        }
    }

    void Dims(GraphProto graph)
    {
        if (Pick(graph.Initializer) is not { } tensor) return;
        switch (random.NextInt(4))
        {
            case 0 when tensor.Dims.Count > 0: tensor.Dims[random.NextInt(tensor.Dims.Count)] = Extreme(); break;
            case 1: tensor.Dims.Insert(random.NextInt(tensor.Dims.Count + 1), Pick([0, 1, 1, 1, 2])); break;
            case 2 when tensor.Dims.Count > 1:   // the same number of elements in other sizes
                int a = random.NextInt(tensor.Dims.Count), b = random.NextInt(tensor.Dims.Count);
                (tensor.Dims[a], tensor.Dims[b]) = (tensor.Dims[b], tensor.Dims[a]);
                break;
            default:
                if (tensor.HasRawData && tensor.Dims.Count > 0 && tensor.Dims[0] > 1)   // fewer rows, data and all
                {
                    long rows = random.NextInt((int)Math.Min(tensor.Dims[0], 1000));
                    tensor.RawData = ByteString.CopyFrom(tensor.RawData.Span[..(int)(tensor.RawData.Length / tensor.Dims[0] * rows)]);
                    tensor.Dims[0] = rows;
                }

                break;
        }
    }

    void DeclaredSizes(GraphProto graph)
    {
        if (Pick([.. graph.Input, .. graph.Output])?.Type?.TensorType is not { } tensor) return;
        if (tensor.Shape is not { } shape) tensor.Shape = new TensorShapeProto();
        else if (shape.Dim.Count == 0 || random.NextInt(4) == 0) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = Extreme() });
        else if (random.NextInt(3) == 0) shape.Dim.RemoveAt(random.NextInt(shape.Dim.Count));
        else shape.Dim[random.NextInt(shape.Dim.Count)] = random.NextInt(2) == 0 ? new() { DimValue = Extreme() } : new() { DimParam = "n" };
    }

    /// <summary>Whole numbers steer shapes; among floats there is always a NaN.</summary>
    void Numbers(GraphProto graph)
    {
        if (Pick([.. graph.Initializer, .. graph.Node.SelectMany(n => n.Attribute).Select(a => a.T).OfType<TensorProto>()]) is not { } tensor) return;
        if (tensor.HasRawData && tensor.RawData.Length >= 8)
        {
            byte[] bytes = tensor.RawData.ToByteArray();
            if (tensor.DataType == (int)TensorProto.Types.DataType.Int64) BitConverter.TryWriteBytes(bytes.AsSpan(8 * random.NextInt(bytes.Length / 8)), Extreme());
            else if (tensor.DataType == (int)TensorProto.Types.DataType.Int32) BitConverter.TryWriteBytes(bytes.AsSpan(4 * random.NextInt(bytes.Length / 4)), (int)Extreme());
            else BitConverter.TryWriteBytes(bytes.AsSpan(4 * random.NextInt(bytes.Length / 4)), Pick(s_numbers));
            tensor.RawData = ByteString.CopyFrom(bytes);
        }
        else if (tensor.Int64Data.Count > 0) tensor.Int64Data[random.NextInt(tensor.Int64Data.Count)] = Extreme();
        else if (tensor.Int32Data.Count > 0) tensor.Int32Data[random.NextInt(tensor.Int32Data.Count)] = (int)Extreme();
        else if (tensor.FloatData.Count > 0) tensor.FloatData[random.NextInt(tensor.FloatData.Count)] = Pick(s_numbers);
        else if (tensor.StringData.Count > 0) tensor.StringData[0] = ByteString.CopyFrom(0xFF, 0x00, 0xC0);
    }

    void SwapNames(GraphProto graph)
    {
        if (Pick(graph.Node) is not { } one || Pick(graph.Node) is not { } other || one.Input.Count == 0 || other.Input.Count == 0) return;
        int a = random.NextInt(one.Input.Count), b = random.NextInt(other.Input.Count);
        (one.Input[a], other.Input[b]) = (other.Input[b], one.Input[a]);
    }

    void Cycle(GraphProto graph)
    {
        if (Pick(graph.Node) is { Input.Count: > 0 } early && Pick(graph.Node) is { Output.Count: > 0 } late) early.Input[random.NextInt(early.Input.Count)] = late.Output[0];
    }

    void Types(GraphProto graph)
    {
        if (random.NextInt(2) == 0 && Pick(graph.Initializer) is { } tensor) tensor.DataType = random.NextInt(30) - 1;
        else if (Pick([.. graph.Input, .. graph.Output]) is { } info)
            info.Type = random.NextInt(3) == 0 ? new TypeProto { SequenceType = new TypeProto.Types.Sequence { ElemType = info.Type ?? new() } } : new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = random.NextInt(30) - 1, Shape = info.Type?.TensorType?.Shape } };
    }

    void Operator(GraphProto graph)
    {
        if (Pick(graph.Node) is { } node) node.OpType = Pick(operators)!;
    }

    void Inputs(GraphProto graph)
    {
        if (Pick(graph.Node) is not { } node) return;
        var names = graph.Input.Select(i => i.Name).Concat(graph.Initializer.Select(t => t.Name)).Concat(graph.Node.SelectMany(n => n.Output)).ToList();
        switch (random.NextInt(3))
        {
            case 0 when node.Input.Count > 0: node.Input.RemoveAt(random.NextInt(node.Input.Count)); break;
            case 1 when node.Input.Count > 0: node.Input[random.NextInt(node.Input.Count)] = ""; break;
            default: node.Input.Insert(random.NextInt(node.Input.Count + 1), Pick(names) ?? ""); break;
        }
    }

    void Outputs(GraphProto graph)
    {
        if (Pick(graph.Node) is not { } node) return;
        switch (random.NextInt(4))
        {
            case 0 when node.Output.Count > 0: node.Output[random.NextInt(node.Output.Count)] = ""; break;
            case 1: node.Output.Add($"more{random.NextInt(1000)}"); break;
            case 2 when node.Output.Count > 0: graph.Output.Add(new ValueInfoProto { Name = node.Output[0], Type = Pick(graph.Output)?.Type }); break;
            default: if (graph.Output.Count > 0) graph.Output.RemoveAt(0); break;
        }
    }

    void Opset(ModelProto model)
    {
        if (Pick(model.OpsetImport) is { } import) import.Version = random.NextInt(3) == 0 ? Extreme() : 7 + random.NextInt(20);
        else model.IrVersion = Extreme();
    }

    void Nodes(GraphProto graph)
    {
        if (Pick(graph.Node) is not { } node) return;
        switch (random.NextInt(3))
        {
            case 0: graph.Node.Remove(node); break;
            case 1: graph.Node.Insert(0, node.Clone()); break;
            default:   // the whole graph again, within one of its nodes
                node.Attribute.Add(new AttributeProto { Name = Pick(["then_branch", "else_branch", "body"]), Type = AttributeType.Graph, G = graph.Clone() });
                break;
        }
    }

    void External(GraphProto graph)
    {
        if (Pick(graph.Initializer) is not { } tensor) return;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = Pick(["location", "offset", "length", ""]), Value = Pick(["../../etc/passwd", "/dev/zero", "x", "-1", "0", "9999999999", ""]) });
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
    }

    long Extreme() => Pick(s_extremes);

    T? Pick<T>(IReadOnlyList<T> list) => list.Count == 0 ? default : list[random.NextInt(list.Count)];
}
