using Google.Protobuf;
using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Tests.Onnx;

public class MessageCountTests
{
    [Fact]
    public void A_file_that_would_swell_in_memory_is_refused_before_it_is_read()
    {
        var model = Network.Of("dense").Trace();
        for (int i = 0; i < 100_000; i++) model.Graph.Node.Add(new NodeProto());
        byte[] file = model.ToByteArray();
        Assert.InRange(MessageCount.Of(file), 100_000, 101_000);
        Assert.Contains("100,", Assert.Throws<InputException>(() => ModelFile.Parse(file, "swollen.onnx", new ModelLimits { ConstantBytes = 10 << 20 })).Message);
        ModelFile.Parse(file, "swollen.onnx", new ModelLimits { ConstantBytes = 30 << 20 });
    }

    /// <summary>Input, output, three fields a node and more: what weights hold is not counted.</summary>
    [Fact]
    public void Weights_count_as_the_few_fields_that_they_are() => Assert.InRange(MessageCount.Of(ModelFile.ToBytes(Network.Of("lstm").Trace())), 20, 1000);

    [Fact]
    public void Graphs_within_graphs_are_counted_as_deep_as_they_are_read()
    {
        var inner = new GraphProto { Node = { new NodeProto { OpType = "Relu" } } };
        for (int i = 0; i < 20; i++) inner = new GraphProto { Node = { new NodeProto { Attribute = { new AttributeProto { G = inner } } } } };
        Assert.Equal(2 + (20 * 3), MessageCount.Of(new ModelProto { Graph = inner }.ToByteArray()) - 1);
    }
}
