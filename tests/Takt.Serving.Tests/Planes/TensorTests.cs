using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;

namespace Takt.Tests.Serving;

public class TensorTests
{
    [Fact]
    public async Task Outputs_come_in_the_order_of_the_metadata_or_as_asked()
    {
        using var test = new PlaneUnderTest();
        InferTensor[] inputs = [InferTensor.Of("y", [1f, 2f], 2, 1), InferTensor.Of("x", [3.0, 4.5], 2, 1)];
        var all = await test.Plane.InferAsync(new(new("press")), inputs);
        Assert.Equal(["length", "longer"], all.Outputs.Select(o => o.Name));
        Assert.Equal([7.0, 11.0], all.Outputs[0].Elements<double>());
        var one = await test.Plane.InferAsync(new(new("press")), inputs, ["longer"]);
        Assert.Equal([false, true], Assert.Single(one.Outputs).Elements<bool>());
    }

    [Fact]
    public async Task A_float_input_takes_any_number_and_a_plain_list()
    {
        using var test = new PlaneUnderTest();
        InferTensor[] inputs = [InferTensor.Of("x", [3L, 4L], 2), InferTensor.Of("y", [1.0, 2.0], 2)];
        var answer = await test.Plane.InferAsync(new(new("press")), inputs);
        Assert.Equal([7.0, 10.0], answer.Outputs[0].Elements<double>());
    }

    [Fact]
    public async Task Everything_wrong_with_the_tensors_is_told_at_once()
    {
        using var test = new PlaneUnderTest();
        InferTensor[] inputs = [InferTensor.Of("X", [1.0], 1, 1), InferTensor.Of("y", ["a", "b"], 2, 1), InferTensor.Of("y", [1f], 1, 1, 1)];
        var error = await Assert.ThrowsAsync<InputException>(() => test.Plane.InferAsync(new(new("press")), inputs));
        Assert.Equal(
        [
            "input 'y' 2 times; expected once.",
            "input 'X', which this model does not take. Did you mean 'x'?",
            "no input 'x'; expected FP64 of shape [-1, 1].",
            "input 'y': datatype BYTES; expected FP32.",
        ], error.Problems.Select(p => p.ToString()));
    }

    [Fact]
    public async Task Inputs_of_different_batches_and_unknown_outputs_are_refused()
    {
        using var test = new PlaneUnderTest();
        InferTensor[] uneven = [InferTensor.Of("x", [1.0], 1, 1), InferTensor.Of("y", [1f, 2f], 2, 1)];
        Assert.Equal("input 'y': 2 rows; expected 1 as in input 'x'.",
            (await Assert.ThrowsAsync<InputException>(() => test.Plane.InferAsync(new(new("press")), uneven))).Message);
        InferTensor[] even = [InferTensor.Of("x", [1.0], 1, 1), InferTensor.Of("y", [1f], 1, 1)];
        Assert.Equal("output 'lenght', which this model does not give. Did you mean 'length'?",
            (await Assert.ThrowsAsync<InputException>(() => test.Plane.InferAsync(new(new("press")), even, ["lenght"]))).Message);
    }
}
