using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Tensors;

namespace Takt.Graphs.Tests.Plans;

/// <summary>Windows of any form: the fast single-precision kernels agree with the definition, which is what double precision computes by.</summary>
public class WindowLawTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Convolution_agrees_with_its_definition(int axes)
    {
        var random = new Generator((ulong)axes);
        for (int round = 0; round < 60; round++)
        {
            int groups = 1 + random.NextInt(3), channels = groups * (1 + random.NextInt(3)), outputs = groups * (1 + random.NextInt(5));
            int[] image = Draw(random, axes, 1, 9), kernel = Draw(random, axes, 1, 4);
            AssertAgree("Conv", [1 + random.NextInt(3), channels, .. image], Windows(random, axes, canRoundUp: false), random,
                [outputs, channels / groups, .. kernel], random.NextInt(2) == 0 ? [outputs] : null, ("group", (long)groups));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Transposed_convolution_agrees_with_its_definition(int axes)
    {
        var random = new Generator(10 + (ulong)axes);
        for (int round = 0; round < 60; round++)
        {
            int groups = 1 + random.NextInt(3), channels = groups * (1 + random.NextInt(3)), outputs = 1 + random.NextInt(4);
            long[] strides = Longs(random, axes, 1, 3), padding = [.. strides.Select(s => (long)random.NextInt((int)s))];
            int[] kernel = Draw(random, axes, 2, 4);
            long[] pads = Longs(random, 2 * axes, 0, 1);
            AssertAgree("ConvTranspose", [1 + random.NextInt(3), channels, .. Draw(random, axes, 2, 6)], [("strides", strides), ("dilations", Longs(random, axes, 1, 2)), ("pads", pads), ("output_padding", padding)], random,
                [channels, outputs, .. kernel], random.NextInt(2) == 0 ? [outputs * groups] : null, ("group", (long)groups));
        }
    }

    [Theory]
    [InlineData("MaxPool", 1)]
    [InlineData("MaxPool", 2)]
    [InlineData("MaxPool", 3)]
    [InlineData("AveragePool", 1)]
    [InlineData("AveragePool", 2)]
    [InlineData("AveragePool", 3)]
    public void Pooling_agrees_with_its_definition(string operation, int axes)
    {
        var random = new Generator(20 + (ulong)axes);
        for (int round = 0; round < 80; round++)
        {
            long[] kernel = Longs(random, axes, 2, 4);
            var windows = Windows(random, axes, canRoundUp: true);
            AssertAgree(operation, [1 + random.NextInt(2), 1 + random.NextInt(3), .. Draw(random, axes, 4, 12)], windows, random, null, null,
                [("kernel_shape", kernel), .. operation == "AveragePool" ? [("count_include_pad", (object)(long)random.NextInt(2))] : Array.Empty<(string, object)>()]);
        }
    }

    [Theory]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    public void A_step_far_beyond_the_image_takes_no_memory(string operation)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertAgree(operation, [1, 2, 5, 5], [("strides", (long[])[2, 1 << 24])], new Generator(7), null, null, ("kernel_shape", (long[])[2, 2]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void A_padding_beyond_all_memory_is_refused() =>
        Assert.Throws<Takt.Protocols.Problems.InputException>(() => Run("Conv", [1, 1, 3, 3], [("pads", (long[])[1 << 24, 1 << 24, 1 << 24, 1 << 24])], new Generator(1), [1, 1, 3, 3], null, isDouble: false, []));

    static void AssertAgree(string operation, int[] sizes, (string, object)[] windows, Generator random, int[]? weight, int[]? bias, params (string, object)[] more)
    {
        ulong seed = (ulong)random.NextInt(1 << 30);
        NamedTensor single = Run(operation, sizes, windows, new Generator(seed), weight, bias, isDouble: false, more), twice = Run(operation, sizes, windows, new Generator(seed), weight, bias, isDouble: true, more);
        string form = $"{operation} [{string.Join(", ", sizes)}] w [{string.Join(", ", weight ?? [])}] {string.Join(" ", windows.Concat(more).Select(a => $"{a.Item1}={(a.Item2 is long[] list ? string.Join(",", list) : a.Item2)}"))}";
        Assert.True(twice.Sizes.SequenceEqual(single.Sizes), form);
        var (found, expected) = (single.Elements<float>().ToArray(), twice.Elements<double>().ToArray());
        for (int i = 0; i < found.Length; i++) Assert.True(found[i].Equals((float)expected[i]) || Math.Abs(found[i] - expected[i]) < 1e-5 || (double.IsNaN(expected[i]) && float.IsNaN(found[i])), $"{form}: {found[i]} instead of {expected[i]} at {i}");
    }

    static NamedTensor Run(string operation, int[] sizes, (string, object)[] windows, Generator random, int[]? weight, int[]? bias, bool isDouble, (string, object)[] more)
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", [.. sizes.Select(_ => (int?)null)]);
        string[] inputs = [.. new[] { ("x", sizes), ("w", weight), ("b", bias) }.Where(i => i.Item2 is not null).Select(i => Cast(i.Item1 == "x" ? "x" : builder.Weights(i.Item1, Uniform(random, i.Item2!), i.Item2)))];
        builder.Output(builder.Node(operation, inputs, "y", [.. windows, .. more]));
        var model = builder.Build();
        if (isDouble) model.Graph.Output[0].Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Double;
        return Plan.Compile(model).Run(NamedTensor.Of<float>("x", Uniform(random, sizes), sizes))[0];

        string Cast(string value) => isDouble ? builder.Node("Cast", [value], null, ("to", 11L)) : value;
    }

    static (string, object)[] Windows(Generator random, int axes, bool canRoundUp)
    {
        var windows = new List<(string, object)>();
        if (random.NextInt(3) > 0) windows.Add(("strides", Longs(random, axes, 1, 3)));
        if (random.NextInt(3) == 0) windows.Add(("dilations", Longs(random, axes, 1, 2)));
        if (canRoundUp && random.NextInt(2) == 0) windows.Add(("ceil_mode", 1L));
        switch (random.NextInt(4))
        {
            case 0: windows.Add(("auto_pad", random.NextInt(2) == 0 ? "SAME_UPPER" : "SAME_LOWER")); break;
            case > 1: windows.Add(("pads", Longs(random, 2 * axes, 0, 1))); break;
        }

        return [.. windows];
    }

    static long[] Longs(Generator random, int count, int least, int most) => [.. Draw(random, count, least, most).Select(n => (long)n)];

    static int[] Draw(Generator random, int count, int least, int most) => [.. Enumerable.Range(0, count).Select(_ => least + random.NextInt(most - least + 1))];

    static float[] Uniform(Generator random, int[] sizes) => [.. Enumerable.Range(0, sizes.Aggregate(1, (n, s) => n * s)).Select(_ => (random.NextInt(2001) - 1000) / 1000f)];
}
