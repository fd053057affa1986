using FsCheck;
using FsCheck.Fluent;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Tensors;

namespace Takt.Graphs.Tests.Plans;

/// <summary>What must hold of the general operators whatever the sizes and numbers are.</summary>
public class GeneralLawTests
{
    static readonly Gen<int[]> s_sizes = Gen.Choose(1, 5).ArrayOf(3);

    [Theory]
    [InlineData("ReduceSum")]
    [InlineData("ReduceMean")]
    [InlineData("ReduceMax")]
    [InlineData("ReduceMin")]
    [InlineData("ReduceProd")]
    [InlineData("ReduceL1")]
    [InlineData("ReduceL2")]
    [InlineData("ReduceSumSquare")]
    [InlineData("ReduceLogSumExp")]
    public void A_reduction_is_its_definition_over_every_choice_of_axes(string operation) =>
        Prop.ForAll(Gen.Choose(1, 19).ArrayOf(3).Zip(Gen.Choose(0, 7)).ToArbitrary(), drawn =>
        {
            var (sizes, chosen) = (drawn.Item1, drawn.Item2);
            long[] axes = [.. Enumerable.Range(0, 3).Where(a => (chosen >> a & 1) != 0).Select(a => (long)a)];   // none means all
            float[] x = Draw(sizes), found = Run(x, sizes, g => operation == "ReduceSum"
                ? g.Node(operation, axes.Length > 0 ? ["x", g.Integers("a", axes)] : ["x"])
                : g.Node(operation, ["x"], null, axes.Length > 0 ? [("axes", axes)] : []));
            bool[] reduced = [.. Enumerable.Range(0, 3).Select(a => axes.Length == 0 || axes.Contains(a))];
            var groups = Enumerable.Range(0, x.Length).GroupBy(i => (reduced[0] ? 0 : i / (sizes[1] * sizes[2]), reduced[1] ? 0 : i / sizes[2] % sizes[1], reduced[2] ? 0 : i % sizes[2]));
            double[] expected = [.. groups.Select(group => Reduce(operation, [.. group.Select(i => (double)x[i])]))];
            return found.Length == expected.Length && found.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-4 * Math.Max(1, Math.Abs(pair.Second)));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("Add")]
    [InlineData("Sub")]
    [InlineData("Mul")]
    [InlineData("Div")]
    [InlineData("Max")]
    [InlineData("Pow")]
    [InlineData("PRelu")]
    public void Stretching_on_the_way_gives_the_bits_of_stretching_before(string operation) =>
        Prop.ForAll(s_sizes.Zip(Gen.Choose(0, 7)).ToArbitrary(), drawn =>
        {
            var (sizes, stretched) = (drawn.Item1, drawn.Item2);
            int[] small = [.. sizes.Select((s, a) => (stretched >> a & 1) != 0 ? 1 : s)];
            float[] x = Draw(sizes), w = Draw(small, 5);
            float[] onTheWay = Run(x, sizes, g => g.Node(operation, ["x", g.Weights("w", w, small)]));
            float[] before = Run(x, sizes, g => g.Node(operation, ["x", g.Node("Expand", [g.Weights("w", w, small), g.Node("Shape", ["x"])])]));
            return onTheWay.SequenceEqual(before);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_parts_of_a_split_concatenate_to_the_whole() => Prop.ForAll(s_sizes.Zip(Gen.Choose(0, 2)).ToArbitrary(), drawn =>
    {
        var (sizes, axis) = (drawn.Item1, drawn.Item2);
        long[] parts = [1, 0, sizes[axis] - 1];
        float[] x = Draw(sizes);
        return Run(x, sizes, g => g.Node("Concat", g.Nodes("Split", ["x", g.Integers("s", parts)], [null, null, null], ("axis", (long)axis)), null, ("axis", (long)axis))).SequenceEqual(x);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("constant")]
    [InlineData("edge")]
    [InlineData("reflect")]
    public void What_is_padded_and_cut_again_is_what_it_was(string mode) => Prop.ForAll(Gen.Choose(3, 6).ArrayOf(2).Zip(Gen.Choose(0, 2).ArrayOf(4)).ToArbitrary(), drawn =>
    {
        var (sizes, pads) = (drawn.Item1, drawn.Item2);
        float[] x = Draw(sizes);
        long[] there = [.. pads.Select(p => (long)p)], back = [.. pads.Select(p => -(long)p)];
        return Run(x, sizes, g => g.Node("Pad", [g.Node("Pad", ["x", g.Integers("p", there)], null, ("mode", mode)), g.Integers("q", back)])).SequenceEqual(x);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_gathered_by_element_and_scattered_back_is_what_it_was() => Prop.ForAll(s_sizes.Zip(Gen.Choose(0, 2)).ToArbitrary(), drawn =>
    {
        var (sizes, axis) = (drawn.Item1, drawn.Item2);
        float[] x = Draw(sizes);
        int inner = sizes[(axis + 1)..].Aggregate(1, (n, s) => n * s);
        long[] backwards = [.. Enumerable.Range(0, x.Length).Select(i => (long)(-1 - (i / inner % sizes[axis])))];   // the axis turned around, counted from the end
        return Run(x, sizes, g =>
        {
            string indices = g.Integers("i", backwards, sizes), gathered = g.Node("GatherElements", ["x", indices], null, ("axis", (long)axis));
            return g.Node("ScatterElements", [g.Node("Mul", ["x", g.Weights("zero", [0])]), indices, gathered], null, ("axis", (long)axis));
        }).SequenceEqual(x);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_greatest_k_are_the_first_of_the_sorted_and_stand_where_it_says() => Prop.ForAll(Gen.Choose(1, 12).Zip(Gen.Choose(1, 6)).ToArbitrary(), drawn =>
    {
        var (width, levels) = (drawn.Item1, drawn.Item2);
        int[] sizes = [3, width];
        float[] x = [.. Draw(sizes).Select(v => MathF.Round(v * levels))];   // many equals
        long k = (width + 1) / 2;
        float[] values = Run(x, sizes, g => g.Nodes("TopK", ["x", g.Integers("k", [k])], [null, null])[0]);
        float[] places = Run(x, sizes, g => g.Node("Cast", [g.Nodes("TopK", ["x", g.Integers("k", [k])], [null, null])[1]], null, ("to", 1L)));
        return Enumerable.Range(0, 3).All(row =>
        {
            int[] order = [.. Enumerable.Range(0, width).OrderByDescending(i => x[(row * width) + i]).ThenBy(i => i).Take((int)k)];
            return order.Select(i => (float)i).SequenceEqual(places[(row * (int)k)..((row + 1) * (int)k)]) && order.Select(i => x[(row * width) + i]).SequenceEqual(values[(row * (int)k)..((row + 1) * (int)k)]);
        });
    }).QuickCheckThrowOnFailure();

    [Theory, InlineData(true), InlineData(false)]
    public void What_is_no_number_is_the_greatest_in_plans_as_it_is_in_tensors(bool largest)
    {
        float[] x = [1, float.NaN, 3, float.NegativeInfinity, float.NaN, float.PositiveInfinity];
        for (int k = 1; k <= x.Length; k++)
        {
            long[] expected = Tensor.Of(x, 6).TopK(k, largest: largest).Indices.Indices.ToArray();
            Assert.Equal(expected.Select(i => x[i]), Run(x, [6], g => Nodes(g)[0]));
            Assert.Equal(expected.Select(i => (float)i), Run(x, [6], g => g.Node("Cast", [Nodes(g)[1]], null, ("to", 1L))));

            string[] Nodes(GraphBuilder g) => g.Nodes("TopK", ["x", g.Integers("k", [k])], [null, null], ("largest", largest ? 1L : 0L));
        }
    }

    [Fact]
    public void The_last_running_sum_is_the_sum() => Prop.ForAll(s_sizes.ToArbitrary(), sizes =>
    {
        float[] x = [.. Draw(sizes).Select(v => MathF.Round(10 * v))];   // whole numbers: exact in any order
        float[] last = Run(x, sizes, g => g.Node("Slice", [g.Node("CumSum", ["x", g.Integers("a", [1], scalar: true)]), g.Integers("s", [-1]), g.Integers("e", [long.MaxValue]), g.Integers("b", [1])]));
        return last.SequenceEqual(Run(x, sizes, g => g.Node("ReduceSum", ["x", g.Integers("a", [1])])));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_Einstein_sum_over_the_inner_letter_is_the_matrix_product() => Prop.ForAll(s_sizes.ToArbitrary(), drawn =>
    {
        int[] sizes = [drawn[0], drawn[1]], other = [drawn[1], drawn[2]];
        float[] x = Draw(sizes), w = Draw(other, 3);
        return Run(x, sizes, g => g.Node("Einsum", ["x", g.Weights("w", w, other)], null, ("equation", "ij,jk->ik")))
            .Zip(Run(x, sizes, g => g.Node("MatMul", ["x", g.Weights("w", w, other)]))).All(pair => MathF.Abs(pair.First - pair.Second) < 1e-5f);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Tiles_are_copies_side_by_side() => Prop.ForAll(s_sizes.Zip(Gen.Choose(0, 3).ArrayOf(3)).ToArbitrary(), drawn =>
    {
        var (sizes, repeats) = (drawn.Item1, drawn.Item2);
        float[] x = Draw(sizes), found = Run(x, sizes, g => g.Node("Tile", ["x", g.Integers("r", [.. repeats.Select(r => (long)r)])]));
        int[] tiled = [.. sizes.Zip(repeats, (s, r) => s * r)];
        return found.Length == tiled.Aggregate(1, (n, s) => n * s) && Enumerable.Range(0, found.Length).All(i =>
        {
            var (a, b, c) = (i / (tiled[1] * tiled[2]), i / tiled[2] % tiled[1], i % tiled[2]);
            return found[i] == x[(((a % sizes[0] * sizes[1]) + (b % sizes[1])) * sizes[2]) + (c % sizes[2])];
        });
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("HardSwish")]
    [InlineData("HardSigmoid")]
    [InlineData("LeakyRelu")]
    [InlineData("Exp")]
    [InlineData("Log")]
    [InlineData("Sqrt")]
    [InlineData("Softplus")]
    [InlineData("Elu")]
    [InlineData("Mish")]
    [InlineData("Erf")]
    public void A_function_gives_the_bits_that_it_gives_alone_wherever_an_element_stands(string operation)
    {
        float[] x = Draw([67]), together = Run(x, [67], g => g.Node(operation, ["x"]));
        for (int i = 0; i < x.Length; i++) Assert.Equal(together[i], Run([x[i]], [1], g => g.Node(operation, ["x"]))[0]);
    }

    [Fact]
    public void Rows_get_the_same_bits_in_any_batch_through_sums_stretching_and_choice()
    {
        var plan = Compile(2, g =>
        {
            string centred = g.Node("Sub", ["x", g.Node("ReduceMean", ["x"], null, ("axes", (long[])[1]))]);
            string scaled = g.Node("Div", [centred, g.Node("Sqrt", [g.Node("ReduceSumSquare", [centred], null, ("axes", (long[])[1]))])]);
            string chosen = g.Node("Where", [g.Node("Greater", [scaled, g.Weights("w", Draw([37]), 37)]), g.Node("Exp", [scaled]), g.Node("Clip", [scaled, g.Number("low", -0.1f)])]);
            return g.Node("Concat", [chosen, g.Node("ReduceLogSumExp", [chosen], null, ("axes", (long[])[1]))], null, ("axis", 1L));
        });
        float[] x = Draw([50, 37]), together = plan.Run(x, 50, 37);
        foreach (int size in (int[])[1, 3, 10])
            for (int first = 0; first + size <= 50; first += size)
                Assert.Equal(together[(first * 38)..((first + size) * 38)], plan.Run(x.AsSpan(first * 37, size * 37), size, 37));
    }

    [Fact]
    public void General_operators_allocate_nothing_once_warm()
    {
        var plan = Compile(3, g =>
        {
            string padded = g.Node("Pad", ["x", g.Integers("p", [0, 1, 1, 0, 1, 1])], null, ("mode", "reflect")), turned = g.Node("Transpose", [padded], null, ("perm", (long[])[0, 2, 1]));
            string sum = g.Node("ReduceSum", [turned, g.Integers("a", [1])]), best = g.Node("Cast", [g.Node("ArgMax", [turned], null, ("axis", 1L))], null, ("to", 1L));
            string gathered = g.Node("Gather", [turned, g.Integers("i", [0, 2])], null, ("axis", 1L)), parts = g.Nodes("Split", [gathered], [null, null], ("axis", 1L))[1];
            string chosen = g.Node("Where", [g.Node("Less", [parts, g.Number("z", 0)]), g.Node("Tile", [parts, g.Integers("r", [1, 1, 1])]), g.Node("Mul", [parts, sum])]);
            string hot = g.Node("OneHot", [g.Node("Cast", [best], null, ("to", 7L)), g.Integers("d", [5]), g.Weights("v", [0, 1], 2)]);
            return g.Node("Add", [g.Node("ReduceMax", [chosen], null, ("axes", (long[])[1, 2])), g.Node("ReduceMean", [g.Node("Slice", [hot, g.Integers("s", [0]), g.Integers("e", [1]), g.Integers("b", [3])])], null, ("axes", (long[])[1, 2, 3]), ("keepdims", 0L))]);
        });
        float[] x = Draw([4, 6, 7]), y = new float[256];
        for (int i = 0; i < 200; i++) plan.Run(x, [4, 6, 7], y);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) plan.Run(x, [4, 6, 7], y);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);
    }

    static double Reduce(string operation, double[] x) => operation switch
    {
        "ReduceSum" => x.Sum(),
        "ReduceMean" => x.Average(),
        "ReduceMax" => x.Max(),
        "ReduceMin" => x.Min(),
        "ReduceProd" => x.Aggregate(1.0, (p, v) => p * v),
        "ReduceL1" => x.Sum(Math.Abs),
        "ReduceL2" => Math.Sqrt(x.Sum(v => v * v)),
        "ReduceSumSquare" => x.Sum(v => v * v),
        _ => Math.Log(x.Sum(Math.Exp)),
    };

    static float[] Draw(int[] sizes, ulong seed = 1)
    {
        var random = new Generator(seed);
        float[] x = new float[sizes.Aggregate(1, (n, s) => n * s)];
        for (int i = 0; i < x.Length; i++) x[i] = (float)random.NextNormal();
        return x;
    }

    static float[] Run(float[] x, int[] sizes, Func<GraphBuilder, string> add) => Compile(sizes.Length, add).Run(x, sizes);

    static Plan Compile(int rank, Func<GraphBuilder, string> add)
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", [.. Enumerable.Repeat<int?>(null, rank)]);
        builder.Output(add(builder));
        return Plan.Compile(builder.Build());
    }
}
