using Google.Protobuf;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Graphs.Tests.Plans;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Tests.Onnx;

public sealed class ExternalDataTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("takt-external").FullName;

    string Model => Path.Combine(_folder, "m.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_model_with_its_weights_beside_it_answers_like_one_with_them_inside()
    {
        var network = Network.Of("lstm");
        var model = network.Trace();
        ModelFile.Write(model, Model, weightsBeside: true);
        Assert.True(new FileInfo(Model).Length < 5000);
        Assert.True(File.Exists(Model + ".data"));
        var x = network.Draw(5);
        Assert.Equal(Plan.Compile(model).Run(x.Values, x.Shape.ToArray()), Plan.Compile(ModelFile.Read(Model)).Run(x.Values, x.Shape.ToArray()));
    }

    [OnnxRuntimeTheory]
    [InlineData("lstm")]
    public void ONNX_Runtime_reads_weights_where_they_are_written(string name)
    {
        var network = Network.Of(name);
        var x = network.Draw(3);
        var answer = OnnxRuntime.Run([new(network.Trace(), [NamedTensor.Of("x", x.Values, x.Shape.ToArray())], WeightsBeside: true)])[0];
        Assert.Null(answer.Error);
        float[] expected = network.Answer(x);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], answer.Outputs[0].Elements<float>()[i], tolerance: 2e-6f);
    }

    [Theory]
    [InlineData("gone.bin", null, null, "no file 'gone.bin'")]
    [InlineData("../secret.bin", null, null, "model's own folder")]
    [InlineData("/etc/passwd", null, null, "model's own folder")]
    [InlineData("sub/../../secret.bin", null, null, "model's own folder")]
    [InlineData("..\\secret.bin", null, null, "model's own folder")]
    [InlineData("a\0b", null, null, "model's own folder")]
    [InlineData("", null, null, "not named")]
    [InlineData(".", null, null, "model's own folder")]
    [InlineData("w.bin", "-4", null, "offset '-4'")]
    [InlineData("w.bin", "x", null, "offset 'x'")]
    [InlineData("w.bin", "9223372036854775807", null, "bytes within the file")]
    [InlineData("w.bin", "99999999999999999999999", null, "whole number")]
    [InlineData("w.bin", "4", "4000", "bytes within the file")]
    [InlineData("w.bin", "0", "3999", "4,000 for the sizes")]
    [InlineData("link.bin", null, null, "model's own folder")]
    [InlineData("linked/secret.bin", null, null, "model's own folder")]
    [InlineData("circle.bin", null, null, "model's own folder")]
    public void A_place_that_is_wrong_is_refused(string location, string? offset, string? length, string expected)
    {
        string outside = Directory.CreateTempSubdirectory("takt-outside").FullName;
        File.WriteAllBytes(Path.Combine(outside, "secret.bin"), new byte[4000]);
        File.WriteAllBytes(Path.Combine(_folder, "w.bin"), new byte[4000]);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.bin"), Path.Combine(outside, "secret.bin"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "linked"), outside);
        File.CreateSymbolicLink(Path.Combine(_folder, "circle.bin"), Path.Combine(_folder, "circle.bin"));
        try
        {
            Write(location, offset, length);
            Assert.Contains(expected, Assert.Throws<InputException>(() => ModelFile.Read(Model)).Message);
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Fact]
    public void Links_within_the_folder_are_followed()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "weights"));
        File.WriteAllBytes(Path.Combine(_folder, "weights", "w.bin"), new byte[4004]);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.bin"), Path.Combine(_folder, "weights", "w.bin"));
        Write("link.bin", "4", null);
        Assert.Equal(4000, ModelFile.Read(Model).Graph.Initializer[0].RawData.Length);
    }

    [Fact]
    public void More_than_the_limit_is_refused_before_it_is_read()
    {
        File.WriteAllBytes(Path.Combine(_folder, "w.bin"), new byte[400_000]);
        Write("w.bin", null, null, 100_000);
        Assert.Contains("399,999", Assert.Throws<InputException>(() => ModelFile.Read(Model, new ModelLimits { ConstantBytes = 399_999 })).Message);
    }

    [Fact]
    public void A_tensor_that_claims_more_than_there_can_be_is_refused()
    {
        Write("w.bin", null, null, long.MaxValue, 4);
        Assert.Throws<InputException>(() => ModelFile.Read(Model));
        Write("w.bin", null, null, 1 << 20, 1 << 20);
        File.WriteAllBytes(Path.Combine(_folder, "w.bin"), new byte[4000]);
        Assert.Throws<InputException>(() => ModelFile.Read(Model));
    }

    void Write(string location, string? offset, string? length, params long[] sizes)
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 1000);
        builder.Output(builder.Node("Add", ["x", builder.Weights("w", new float[1000], 1000)]), null, 1000);
        var model = builder.Build();
        var tensor = model.Graph.Initializer[0];
        tensor.ClearRawData();
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        if (sizes.Length > 0)
        {
            tensor.Dims.Clear();
            tensor.Dims.AddRange(sizes);
        }

        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        if (offset is not null) tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset });
        if (length is not null) tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length });
        File.WriteAllBytes(Model, model.ToByteArray());
    }
}
