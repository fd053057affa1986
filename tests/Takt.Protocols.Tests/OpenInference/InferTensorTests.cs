using System.Text.Json;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;

namespace Takt.Protocols.Tests.OpenInference;

public class InferTensorTests
{
    public static TheoryData<TensorType, Array, string> EveryType => new()
    {
        { TensorType.Bool, new[] { true, false }, "true,false" },
        { TensorType.UInt8, new byte[] { 0, 255 }, "0,255" },
        { TensorType.UInt16, new ushort[] { 0, 65535 }, "0,65535" },
        { TensorType.UInt32, new[] { 0u, uint.MaxValue }, "0,4294967295" },
        { TensorType.UInt64, new[] { 0ul, ulong.MaxValue }, "0,18446744073709551615" },
        { TensorType.Int8, new sbyte[] { -128, 127 }, "-128,127" },
        { TensorType.Int16, new short[] { short.MinValue, short.MaxValue }, "-32768,32767" },
        { TensorType.Int32, new[] { int.MinValue, int.MaxValue }, "-2147483648,2147483647" },
        { TensorType.Int64, new[] { long.MinValue, long.MaxValue }, "-9223372036854775808,9223372036854775807" },
        { TensorType.Fp32, new[] { 0.1f, float.NaN }, "0.1,\"NaN\"" },
        { TensorType.Fp64, new[] { 0.1, double.NegativeInfinity }, "0.1,\"-Infinity\"" },
        { TensorType.Bytes, new[] { "gr\u00fcn", null }, "\"gr\\u00FCn\",null" },
    };

    [Theory, MemberData(nameof(EveryType))]
    public void Every_type_reads_and_writes_the_same(TensorType type, Array data, string json)
    {
        string text = Write(new InferTensor("x", type, [2], data));
        Assert.Equal($$"""{"name":"x","shape":[2],"datatype":"{{type.WireName()}}","data":[{{json}}]}""", text);
        var read = Read(text);
        Assert.Equal((type, "x"), (read.Type, read.Name));
        Assert.Equal([2L], read.Shape);
        Assert.Equal(data.GetType(), read.Data.GetType());
        Assert.Equal(data, read.Data);
    }

    [Theory]
    [InlineData("""{"name":"x","shape":[2,3],"datatype":"FP32","data":[1,2,3,4,5,6]}""")]
    [InlineData("""{"name":"x","shape":[2,3],"datatype":"FP32","data":[[1,2,3],[4,5,6]]}""")]
    [InlineData("""{"data":[[1,2,3],[4,5,6]],"shape":[2,3],"parameters":{"content_type":"np"},"unknown":{"a":[1]},"datatype":"FP32","name":"x"}""")]
    public void Data_is_nested_like_the_shape_or_flat_and_keys_come_in_any_order(string json) =>
        Assert.Equal([1f, 2, 3, 4, 5, 6], (float[])Read(json).Data);

    [Theory]
    [InlineData("[]", "[5]", 1)]
    [InlineData("[0]", "[]", 0)]
    [InlineData("[2,0]", "[[],[]]", 0)]
    [InlineData("[2,0]", "[]", 0)]
    [InlineData("[1,1,1]", "[[[7]]]", 1)]
    public void Scalars_and_empty_batches_are_tensors_too(string shape, string data, int count) =>
        Assert.Equal(count, Read($$"""{"name":"x","shape":{{shape}},"datatype":"FP64","data":{{data}}}""").Data.Length);

    [Theory]
    [InlineData("[2,3]", "FP32", "[1,2,3,4,5]", "tensor 'x': 5 values; expected 6 for shape [2, 3].")]
    [InlineData("[2]", "FP32", "[1,2,3]", "tensor 'x': more than 2 values; expected 2 for shape [2].")]
    [InlineData("[2,3]", "FP32", "[[1,2],[3,4],[5,6]]", "tensor 'x': 'data' nested unlike its shape; expected [2, 3], or one flat list of 6 values.")]
    [InlineData("[2,3]", "FP32", "[[1,2,3],4,5,6]", "tensor 'x': 'data' nested unlike its shape; expected [2, 3], or one flat list of 6 values.")]
    [InlineData("[2]", "FP32", "[[1],[2]]", "tensor 'x': 'data' nested unlike its shape; expected [2], or one flat list of 2 values.")]
    [InlineData("[1]", "FP32", "[1e39]", "tensor 'x': the number 1e39 as element 0; expected a number within FP32.")]
    [InlineData("[2]", "UINT8", "[1,256]", "tensor 'x': the number 256 as element 1; expected a number within UINT8.")]
    [InlineData("[1]", "INT64", "[1.5]", "tensor 'x': the number 1.5 as element 0; expected a number within INT64.")]
    [InlineData("[1]", "FP32", "[\"1\"]", "tensor 'x': a string as element 0; expected a number within FP32.")]
    [InlineData("[1]", "BOOL", "[1]", "tensor 'x': the number 1 as element 0; expected true or false.")]
    [InlineData("[1]", "BYTES", "[{}]", "tensor 'x': an object as element 0; expected a string.")]
    [InlineData("[1]", "FP32", "7", "tensor 'x': 'data' that is no array; expected an array of values. Give FP32 values, nested like the shape or as one flat list.")]
    [InlineData("[100000,100000]", "FP32", "[1]", "tensor 'x': shape [100000, 100000]; expected at most 2147483591 elements. Send several smaller requests.")]
    [InlineData("[1000000000]", "FP32", "[1]", "tensor 'x': 1 values; expected 1000000000 for shape [1000000000].")]
    [InlineData("[-1]", "FP32", "[1]", "a size in 'shape' that is no whole number from 0; expected an array of sizes such as [2, 3]. -1 stands in metadata only.")]
    public void What_does_not_fit_is_told(string shape, string type, string data, string expected) => Assert.Equal(expected,
        Assert.Throws<InputException>(() => Read($$"""{"name":"x","shape":{{shape}},"datatype":"{{type}}","data":{{data}}}""")).Message);

    [Fact]
    public void Everything_missing_is_told_at_once() =>
        Assert.Equal(4, Assert.Throws<InputException>(() => Read("{}")).Problems.Count);

    static InferTensor Read(string json) =>
        JsonSerializer.Deserialize($$"""{"inputs":[{{json}}]}""", OpenInferenceJson.Default.InferRequest)!.Inputs[0];

    static string Write(InferTensor tensor) => JsonSerializer.Serialize(tensor, OpenInferenceJson.Default.InferTensor);
}
