using Takt.Protocols.Problems;

namespace Takt.Tensors.Tests;

public sealed class TensorTests
{
    [Fact]
    public unsafe void Values_begin_on_a_64_byte_line()
    {
        foreach (int length in new[] { 1, 5, 100, 1_000, 100_000 })
        {
            var x = Tensor.Zeros(length);
            fixed (float* p = x.Values) Assert.Equal(0, (nint)p % 64);
        }
    }

    [Fact]
    public void Shapes_compare_by_their_sizes_and_read_as_they_are_written()
    {
        Shape shape = [32, 784];
        Assert.Equal("[32, 784]", shape.ToString());
        Assert.Equal((Shape)new[] { 32, 784 }, shape);
        Assert.Equal((25088, 2, 784), (shape.Length, shape.Rank, shape[^1]));
        Assert.Equal([32], shape[..^1]);
        Assert.Equal(1, Shape.Scalar.Length);
    }

    [Fact]
    public void A_shape_error_is_an_input_error_that_names_shapes_and_way_out()
    {
        var error = Assert.ThrowsAny<InputException>(() => Tensor.Zeros(32, 784).MatMul(Tensor.Zeros(128, 10)));
        Assert.Equal("MatMul: the inner sizes differ: left [32, 784] ends in 784, right [128, 10] begins with 128; expected equal inner sizes. Transpose one side, or check the layer that made it.", error.Message);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_by_every_operation()
    {
        var x = Tensor.Zeros(2, 3);
        Action[] wrong =
        [
            () => _ = x + Tensor.Zeros(2, 4), () => x.Linear(Tensor.Zeros(4, 4)), () => x.Linear(Tensor.Zeros(4, 3), Tensor.Zeros(3)), () => x.Reshape(4, -1), () => x.Reshape(7),
            () => x.Reshape(-1, -1), () => x.Concat(1, Tensor.Zeros(3, 3)), () => x.Concat(2, x), () => x.LastStep(), () => x.Lstm(x, x, x), () => x.MeanSquaredError(Tensor.Zeros(3, 2)),
            () => x.CrossEntropy(new[] { 0 }), () => _ = x.Item, () => Tensor.Of([1, 2], 3), () => Tensor.Scalar(1).Softmax(), () => Tensor.Zeros(-1),
        ];
        Assert.All(wrong, act => Assert.NotEmpty(Assert.Throws<ShapeException>(act).Problems[0].WayOut!));
    }

    [Fact]
    public void Broadcasting_follows_numpy()
    {
        Tensor column = Tensor.Of([1, 2], 2, 1), row = Tensor.Of([10, 20, 30], 3);
        var sum = column + row;
        Assert.Equal([2, 3], sum.Shape);
        Assert.Equal([11, 21, 31, 12, 22, 32], sum.Values.ToArray());
        Assert.Equal([0, 3], (Tensor.Zeros(0, 3) + row).Shape);
    }

    [Fact]
    public void Concat_joins_along_any_axis()
    {
        Tensor a = Tensor.Of([1, 2, 3, 4], 2, 2), b = Tensor.Of([5, 6], 2, 1);
        Assert.Equal([1, 2, 5, 3, 4, 6], a.Concat(-1, b).Values.ToArray());
        Assert.Equal([1, 2, 3, 4, 1, 2, 3, 4], a.Concat(0, a).Values.ToArray());
    }

    [Fact]
    public void Dropout_keeps_the_mean_and_drops_at_its_rate()
    {
        var y = Tensor.Ones(100, 1_000).Dropout(0.3f, new Generator(1));
        Assert.Equal(1, y.Mean().Item, 0.01f);
        Assert.Equal(0.3, y.Values.ToArray().Count(v => v == 0) / 100_000.0, 0.01);
    }
}
