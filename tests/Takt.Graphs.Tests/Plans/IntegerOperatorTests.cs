using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Tests.Plans;

/// <summary>Operators in whole numbers give the same whether their weights are stored, and packed for the kernels, or come with the request and go through the plain loops.</summary>
public class IntegerOperatorTests
{
    [Theory]
    [InlineData(false, 1), InlineData(true, 1), InlineData(true, 7)]
    public void Products_are_the_same_with_stored_and_given_weights(bool isSigned, int zeros)
    {
        var type = isSigned ? DataType.Int8 : DataType.Uint8;
        AssertSame("MatMulInteger", [3, 5, 33], [33, 7], type, [Bytes("az", type, [3]), Bytes("bz", type, [.. Enumerable.Range(0, zeros).Select(i => (byte)(i * 5))])]);
    }

    [Theory]
    [InlineData(false, 1, 1), InlineData(true, 6, 1), InlineData(true, 1, 2), InlineData(false, 6, 3)]
    public void Convolutions_are_the_same_with_stored_and_given_weights(bool isSigned, int zeros, int groups)
    {
        var type = isSigned ? DataType.Int8 : DataType.Uint8;
        AssertSame("ConvInteger", [2, 6, 9, 8], [6, 6 / groups, 3, 2], type, [Bytes("xz", type, [4]), Bytes("wz", type, [.. Enumerable.Range(0, zeros).Select(i => (byte)(i * 9))])],
            ("group", (long)groups), ("pads", (long[])[1, 0, 2, 1]), ("strides", (long[])[2, 1]), ("dilations", (long[])[1, 2]));
    }

    static void AssertSame(string operation, int[] x, int[] w, DataType type, TensorProto[] zeros, params (string, object)[] attributes)
    {
        byte[] given = Draw(x), weights = Draw(w);
        var stored = SingleNode.Of(operation, 10, type, [DataType.Int32], [Bytes("w", type, weights, w), .. zeros], attributes);
        var open = stored.Clone();
        open.Graph.Initializer.RemoveAt(0);
        open.Graph.Input.Add(new ValueInfoProto { Name = "w", Type = open.Graph.Input[0].Type.Clone() });
        var found = Plan.Compile(stored).Run(Tensor("x", type, given, x))[0];
        var expected = Plan.Compile(open).Run(Tensor("x", type, given, x), Tensor("w", type, weights, w))[0];
        Assert.Equal(expected.Sizes, found.Sizes);
        Assert.Equal(expected.Elements<int>().ToArray(), found.Elements<int>().ToArray());
    }

    static NamedTensor Tensor(string name, DataType type, byte[] bytes, int[] sizes) =>
        type == DataType.Int8 ? NamedTensor.Of<sbyte>(name, Array.ConvertAll(bytes, b => (sbyte)b), sizes) : NamedTensor.Of<byte>(name, bytes, sizes);

    static TensorProto Bytes(string name, DataType type, byte[] bytes, params int[] sizes) => new()
    {
        Name = name, DataType = (int)type, RawData = Google.Protobuf.ByteString.CopyFrom(bytes), Dims = { (sizes.Length > 0 ? sizes : bytes.Length == 1 ? [] : [bytes.Length]).Select(s => (long)s) },
    };

    static byte[] Draw(int[] sizes) => [.. Enumerable.Range(0, sizes.Aggregate(1, (n, s) => n * s)).Select(i => (byte)(i * 97 % 251))];
}
