using Google.Protobuf;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using static Takt.Graphs.Onnx.AttributeProto.Types;
using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Tests.Packages;

public sealed class OnnxImportTests : IDisposable
{
    static readonly DateTimeOffset s_now = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);

    readonly string _folder = Directory.CreateTempSubdirectory("takt-import").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_package_keeps_signature_cases_and_every_byte()
    {
        string file = Path.Combine(_folder, "net.onnx");
        ModelFile.Write(Network.Of("lstm").Trace(), file);
        var package = Roundtrip(OnnxImport.Read(file, "net", s_now));
        var graph = package.Card.Graph!;
        Assert.Equal("FP32 x [batch, 12, 5]", graph.Inputs.Single().ToString());
        Assert.Equal("batch", graph.Outputs.Single().Shape![0]);
        Assert.Equal([-1, 12, 5], graph.Inputs.Single().Metadata().Shape);
        Assert.Equal(2, package.Samples!.Cases.Count);
        Assert.Equal(3, package.Samples.Cases[1].Outputs[0].Shape[0]);
        Assert.True(package.Verify().Passed);
        package.Source!.Write(Path.Combine(_folder, "again.onnx"));
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(_folder, "again.onnx")));
        Assert.Contains("\"name\": \"x\", \"shape\": [1, 12, 5], \"datatype\": \"FP32\"", package.Card.ToMarkdown(), StringComparison.Ordinal);
        Assert.Contains("rows", Assert.Throws<InputException>(() => new Predictor(package)).Message);
    }

    [Fact]
    public void Weights_beside_the_model_come_and_go_with_it()
    {
        string file = Path.Combine(_folder, "net.onnx");
        ModelFile.Write(Network.Of("lstm").Trace(), file, weightsBeside: true);
        var package = Roundtrip(OnnxImport.Read(file, "net", s_now));
        Assert.True(package.Verify().Passed);
        string other = Directory.CreateDirectory(Path.Combine(_folder, "other")).FullName;
        package.Source!.Write(Path.Combine(other, "x.onnx"));
        Assert.Equal(File.ReadAllBytes(file + ".data"), File.ReadAllBytes(Path.Combine(other, "net.onnx.data")));
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(other, "x.onnx")));
    }

    [Fact]
    public void A_package_cannot_write_outside_the_folder_it_is_exported_to()
    {
        var source = new OnnxSource([], new Dictionary<string, byte[]> { ["../stolen"] = [1] });
        Assert.Throws<InputException>(() => source.Write(Path.Combine(_folder, "x.onnx")));
        Assert.False(File.Exists(Path.Combine(_folder, "..", "stolen")));
    }

    [Fact]
    public void Another_answer_is_seen()
    {
        string file = Path.Combine(_folder, "net.onnx");
        ModelFile.Write(Network.Of("dense").Trace(), file);
        var package = OnnxImport.Read(file, "net", s_now);
        var good = package.Samples!.Cases[0];
        byte[] other = [.. good.Outputs[0].Data!];
        other[^1] ^= 0x40;   // the sign's neighbour: twice or half the number
        var changed = package.Samples with { Cases = [good with { Outputs = [good.Outputs[0] with { Data = other }] }] };
        Assert.False((package with { Samples = changed }).Verify().Passed);
    }

    /// <summary>Inputs and outputs of every element type that the protocol has go through unchanged.</summary>
    [Theory]
    [InlineData(DataType.Float, TensorType.Fp32)]
    [InlineData(DataType.Double, TensorType.Fp64)]
    [InlineData(DataType.Float16, TensorType.Fp16)]
    [InlineData(DataType.Bfloat16, TensorType.Bf16)]
    [InlineData(DataType.Int8, TensorType.Int8)]
    [InlineData(DataType.Int16, TensorType.Int16)]
    [InlineData(DataType.Int32, TensorType.Int32)]
    [InlineData(DataType.Int64, TensorType.Int64)]
    [InlineData(DataType.Uint8, TensorType.UInt8)]
    [InlineData(DataType.Uint16, TensorType.UInt16)]
    [InlineData(DataType.Uint32, TensorType.UInt32)]
    [InlineData(DataType.Uint64, TensorType.UInt64)]
    [InlineData(DataType.Bool, TensorType.Bool)]
    [InlineData(DataType.String, TensorType.Bytes)]
    public void Every_element_type_goes_in_and_out(DataType stored, TensorType wire)
    {
        var builder = new GraphBuilder("g");
        builder.Input("one", stored, ["n", 2]);
        builder.Input("other", stored, ["m", 2]);
        builder.Output(builder.Node("Concat", ["one", "other"], "both", ("axis", 0L)), stored, ["k", 2]);
        builder.Output(builder.Node("Identity", ["one"], "same"), stored, ["n", 2]);
        var model = new TensorModel(builder.Build());
        Assert.Equal([$"{wire.WireName()} both [m + n, 2]", $"{wire.WireName()} same [n, 2]"], model.Outputs.Select(o => o.ToString()));
        InferTensor one, other;
        if (wire == TensorType.Bytes) (one, other) = (InferTensor.Of("one", ["a", "ä€", "", "b"], 2, 2), InferTensor.Of("other", ["c", "d"], 1, 2));
        else
        {
            byte[] bytes = [.. Enumerable.Range(0, 6 * wire.Size()).Select(i => wire == TensorType.Bool ? (byte)(i % 2) : (byte)(i + 1))];
            (one, other) = (new InferTensor("one", wire, [2, 2], bytes.AsMemory(0, 4 * wire.Size())), new InferTensor("other", wire, [1, 2], bytes.AsMemory(4 * wire.Size())));
        }

        var found = model.Infer([other, one]);
        Assert.Equal([3, 2], found[0].Shape);
        Assert.Equal([.. one.Bytes.Span, .. other.Bytes.Span], found[0].Bytes.ToArray());
        Assert.Equal(one.Texts.ToArray().Concat(other.Texts.ToArray()), found[0].Texts.ToArray());
        Assert.Equal(one.Bytes.ToArray(), found[1].Bytes.ToArray());
    }

    [Fact]
    public void Half_precision_takes_plain_numbers()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", DataType.Float16, ["n"]);
        builder.Output(builder.Node("Identity", ["x"], "y"), DataType.Float16, ["n"]);
        var found = new TensorModel(builder.Build()).Infer([InferTensor.Of("x", [1.5f, -2, 1e9f], 3)])[0];
        Assert.Equal([(Half)1.5f, (Half)(-2), Half.PositiveInfinity], found.Elements<Half>().ToArray());
    }

    [Fact]
    public void Wrong_tensors_are_told_all_at_once()
    {
        var model = new TensorModel(Network.Of("dense").Trace());
        string message = Assert.Throws<InputException>(() => model.Infer([InferTensor.Of("y", [1f], 1)])).Message;
        Assert.Contains("input 'y'", message);
        Assert.Contains("no input 'x'", message);
        Assert.Throws<InputException>(() => model.Infer([InferTensor.Of("x", [1f, 2], 1, 2)]));
        Assert.Throws<InputException>(() => model.Infer([InferTensor.Of("x", ["a", "b", "c", "d", "e", "f", "g"], 1, 7)]));
    }

    /// <summary>The end of a scikit-learn classifier: labels, and a map from label to probability for each row.</summary>
    [Fact]
    public void ZipMap_becomes_the_plain_tensor_of_probabilities_with_its_labels()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 2);
        builder.Node("Softmax", ["x"], "probabilities");
        var model = builder.Build();
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 });
        model.Graph.Node.Add(new NodeProto
        {
            OpType = "ZipMap", Domain = "ai.onnx.ml", Input = { "probabilities" }, Output = { "output_probability" },
            Attribute = { new AttributeProto { Name = "classlabels_strings", Type = AttributeType.Strings, Strings = { ByteString.CopyFromUtf8("good"), ByteString.CopyFromUtf8("bad") } } },
        });
        model.Graph.Output.Add(new ValueInfoProto { Name = "output_probability", Type = new TypeProto { SequenceType = new TypeProto.Types.Sequence { ElemType = new TypeProto { MapType = new TypeProto.Types.Map { KeyType = 8, ValueType = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } } } } } } });
        var found = new TensorModel(model);
        Assert.Equal(["good", "bad"], found.Labels);
        Assert.Equal("FP32 output_probability [batch, 2]", found.Outputs.Single().ToString());
        Assert.Equal([0.5f, 0.5f], found.Infer([InferTensor.Of("x", [3f, 3f], 1, 2)])[0].Elements<float>().ToArray());
    }

    static Package Roundtrip(Package package)
    {
        using var file = new MemoryStream(PackageFile.ToBytes(package));
        return PackageFile.Read(file, "test.takt");
    }
}
