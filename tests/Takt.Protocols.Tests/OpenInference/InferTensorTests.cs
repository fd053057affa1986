using System.Text.Json;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;

namespace Takt.Protocols.Tests.OpenInference;

public class InferTensorTests
{
    public static TheoryData<InferTensor, string> EveryType => new()
    {
        { InferTensor.Of("x", [true, false], 2), "true,false" },
        { InferTensor.Of("x", new byte[] { 0, 255 }, 2), "0,255" },
        { InferTensor.Of("x", new ushort[] { 0, 65535 }, 2), "0,65535" },
        { InferTensor.Of("x", [0u, uint.MaxValue], 2), "0,4294967295" },
        { InferTensor.Of("x", [0ul, ulong.MaxValue], 2), "0,18446744073709551615" },
        { InferTensor.Of("x", new sbyte[] { -128, 127 }, 2), "-128,127" },
        { InferTensor.Of("x", [short.MinValue, short.MaxValue], 2), "-32768,32767" },
        { InferTensor.Of("x", [int.MinValue, int.MaxValue], 2), "-2147483648,2147483647" },
        { InferTensor.Of("x", [long.MinValue, long.MaxValue], 2), "-9223372036854775808,9223372036854775807" },
        { InferTensor.Of("x", [0.1f, float.NaN], 2), "0.1,\"NaN\"" },
        { InferTensor.Of("x", [0.1, double.NegativeInfinity], 2), "0.1,\"-Infinity\"" },
        { InferTensor.Of("x", ["gr\u00fcn", null], 2), "\"gr\\u00FCn\",null" },
    };

    [Theory, MemberData(nameof(EveryType))]
    public void Every_type_reads_and_writes_the_same(InferTensor tensor, string json)
    {
        string text = Write(tensor);
        Assert.Equal($$"""{"name":"x","shape":[2],"datatype":"{{tensor.Type.WireName()}}","data":[{{json}}]}""", text);
        var read = Read(text);
        Assert.Equal((tensor.Type, "x"), (read.Type, read.Name));
        Assert.Equal([2L], read.Shape);
        Assert.Equal(tensor.Bytes.ToArray(), read.Bytes.ToArray());
        Assert.Equal(tensor.Texts.ToArray(), read.Texts.ToArray());
    }

    [Fact]
    public void Numbers_are_seen_as_bytes_and_bytes_as_numbers_without_a_copy()
    {
        float[] values = [1, 2, 3, 4];
        var tensor = InferTensor.Of("x", values, 2, 2);
        values[3] = 1.5f;
        Assert.Equal([0x00, 0x00, 0xC0, 0x3F], tensor.Bytes[^4..].ToArray()); // IEEE, little-endian
        var same = new InferTensor("x", TensorType.Fp32, [2, 2], tensor.Bytes);
        Assert.Equal([1, 2, 3, 1.5f], same.Elements<float>());
        Assert.Equal([3, 1.5f], same.Rows(1, 1).Elements<float>());
        Assert.Equal("'x' holds FP32, not INT32", Assert.Throws<InvalidOperationException>(() => same.Elements<int>().Length).Message);
        using var pinned = tensor.Bytes.Pin();
    }

    [Fact]
    public void Half_precision_comes_as_bytes_and_goes_out_as_numbers()
    {
        Assert.Equal("""{"name":"x","shape":[2],"datatype":"FP16","data":[1.5,-2]}""", Write(InferTensor.Of("x", [(Half)1.5, (Half)(-2)], 2)));
        Assert.Equal("""{"name":"x","shape":[1],"datatype":"BF16","data":[-2]}""", Write(new InferTensor("x", TensorType.Bf16, [1], new byte[] { 0x00, 0xC0 })));
        Assert.Equal("tensor 'x': 'data' of FP16; expected FP32, or the binary form. JSON has no agreed form for FP16.",
            Assert.Throws<InputException>(() => Read("""{"name":"x","shape":[1],"datatype":"FP16","data":[1]}""")).Message);
    }

    [Fact]
    public void Values_that_do_not_fill_the_shape_make_no_tensor()
    {
        Assert.Throws<ArgumentException>(() => InferTensor.Of("x", [1f, 2f], 3));
        Assert.Throws<ArgumentException>(() => InferTensor.Of("x", ["a"], 2));
        Assert.Throws<ArgumentException>(() => new InferTensor("x", TensorType.Int32, [1], new byte[3]));
    }

    [Theory]
    [InlineData("""{"name":"x","shape":[2,3],"datatype":"FP32","data":[1,2,3,4,5,6]}""")]
    [InlineData("""{"name":"x","shape":[2,3],"datatype":"FP32","data":[[1,2,3],[4,5,6]]}""")]
    [InlineData("""{"data":[[1,2,3],[4,5,6]],"shape":[2,3],"parameters":{"content_type":"np"},"unknown":{"a":[1]},"datatype":"FP32","name":"x"}""")]
    public void Data_is_nested_like_the_shape_or_flat_and_keys_come_in_any_order(string json) =>
        Assert.Equal([1f, 2, 3, 4, 5, 6], Read(json).Elements<float>());

    [Theory]
    [InlineData("[]", "[5]", 1)]
    [InlineData("[0]", "[]", 0)]
    [InlineData("[2,0]", "[[],[]]", 0)]
    [InlineData("[2,0]", "[]", 0)]
    [InlineData("[1,1,1]", "[[[7]]]", 1)]
    public void Scalars_and_empty_batches_are_tensors_too(string shape, string data, int count) =>
        Assert.Equal(count, Read($$"""{"name":"x","shape":{{shape}},"datatype":"FP64","data":{{data}}}""").Elements<double>().Length);

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
