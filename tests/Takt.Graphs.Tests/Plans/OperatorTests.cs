using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Tests.Plans;

/// <summary>Hand-computed answers, for where the conformance cases are not at hand.</summary>
public class OperatorTests
{
    /// <summary>The numbers 0 to 5 as two rows of three.</summary>
    static readonly float[] s_x = [0, 1, 2, 3, 4, 5];

    [Fact]
    public void Transpose_exchanges_axes() => AssertGives([0, 3, 1, 4, 2, 5], [3, 2], g => g.Node("Transpose", ["x"], null, ("perm", (long[])[1, 0])));

    [Theory]
    [InlineData(0, 1, 2, new float[] { 1, 4 }, new[] { 2, 1 })]           // columns 1 to 2
    [InlineData(0, -2, int.MaxValue, new float[] { 1, 2, 4, 5 }, new[] { 2, 2 })]
    [InlineData(0, 3, 9, new float[0], new[] { 2, 0 })]                    // nothing is left, and that is legal
    [InlineData(-1, -1, int.MinValue, new float[] { 2, 1, 0, 5, 4, 3 }, new[] { 2, 3 })]   // backwards
    [InlineData(-2, 2, -9, new float[] { 2, 0, 5, 3 }, new[] { 2, 2 })]
    public void Slice_cuts_columns(long step, long start, long end, float[] expected, int[] sizes) =>
        AssertGives(expected, sizes, g => g.Node("Slice", ["x", g.Integers("s", [start]), g.Integers("e", [end]), g.Integers("a", [1]), g.Integers("p", [step == 0 ? 1 : step])]));

    [Fact]
    public void Gather_takes_by_index_from_either_end() =>
        AssertGives([2, 0, 5, 3], [2, 2], g => g.Node("Gather", ["x", g.Integers("i", [-1, 0])], null, ("axis", 1L)));

    [Fact]
    public void Gather_by_a_single_number_drops_the_axis() =>
        AssertGives([3, 4, 5], [3], g => g.Node("Gather", ["x", g.Integers("i", [1], scalar: true)]));

    [Fact]
    public void Concat_joins_along_an_axis() =>
        AssertGives([0, 1, 2, 9, 3, 4, 5, 8], [2, 4], g => g.Node("Concat", ["x", g.Weights("w", [9, 8], 2, 1)], null, ("axis", -1L)));

    [Fact]
    public void Reshape_keeps_at_0_and_works_out_at_minus_1() =>
        AssertGives(s_x, [2, 1, 3], g => g.Node("Reshape", ["x", g.Integers("s", [0, 1, -1])]));

    [Fact]
    public void Squeeze_and_Unsqueeze_are_each_others_way_back() =>
        AssertGives(s_x, [2, 3], g => g.Node("Squeeze", [g.Node("Unsqueeze", ["x", g.Integers("a", [0, -1])]), g.Integers("b", [0, 3])]));

    [Fact]
    public void Sizes_of_1_stretch() =>
        AssertGives([10, 11, 12, 23, 24, 25], [2, 3], g => g.Node("Add", ["x", g.Weights("w", [10, 20], 2, 1)]));

    [Fact]
    public void Both_sides_stretch() =>
        AssertGives([0, 1, 2, 3, 4, 5, 0, 2, 4, 6, 8, 10], [2, 2, 3], g => g.Node("Mul", ["x", g.Weights("w", [1, 2], 2, 1, 1)]));

    [Fact]
    public void Cast_cuts_towards_zero() =>
        AssertGives([0, -1, 1, 2, 3, 4], [2, 3], g =>
            g.Node("Cast", [g.Node("Cast", [g.Node("Sub", ["x", g.Weights("w", [0.5f, 2.9f, 0.5f, 0.5f, 0.5f, 0.5f], 2, 3)])], null, ("to", 7L))], null, ("to", 1L)));

    [Fact]
    public void Gemm_scales_and_stretches_what_it_adds() =>   // 2·[[0,1,2],[3,4,5]]·[1,1,1]ᵀ + 3·1
        AssertGives([9, 27], [2, 1], g =>
            g.Node("Gemm", ["x", g.Weights("b", [1, 1, 1], 1, 3), g.Weights("c", [1])], null, ("transB", 1L), ("alpha", 2f), ("beta", 3f)));

    [Fact]
    public void Softmax_along_the_first_axis() =>
        AssertGives([0.0474259f, 0.0474259f, 0.0474259f, 0.9525741f, 0.9525741f, 0.9525741f], [2, 3], g => g.Node("Softmax", ["x"], null, ("axis", 0L)));

    [Fact]
    public void Sizes_of_one_value_may_shape_another() =>
        AssertGives(s_x, [2, 3], g => g.Node("Reshape", [g.Node("Reshape", ["x", g.Integers("s", [-1])]), g.Node("Shape", ["x"])]));

    [Fact]
    public void What_is_constant_is_computed_once()
    {
        var plan = Compile(g => g.Node("Add", ["x", g.Node("Tanh", [g.Node("Add", [g.Weights("a", [1]), g.Weights("b", [-1])])])]));
        Assert.Equal(["Add"], plan.Operators);
    }

    [Fact]
    public void A_long_chain_works_in_three_pieces_of_memory()   // the input, and two that take turns
    {
        var plan = Compile(g =>
        {
            string value = "x";
            for (int i = 0; i < 20; i++) value = g.Node(i % 3 == 0 ? "Tanh" : i % 3 == 1 ? "Neg" : "Identity", [value]);
            return value;
        });
        Assert.InRange(plan.StorageCount, 2, 3);
    }

    [Fact]
    public void A_value_read_later_keeps_its_memory()
    {
        // y = tanh(x) is read through a view after other values came and went.
        AssertGives([.. s_x.Select(v => MathF.Tanh(v) - v)], [2, 3], g =>
        {
            string y = g.Node("Tanh", ["x"]), view = g.Node("Reshape", [y, g.Integers("s", [3, 2])]);
            string negative = g.Node("Neg", [g.Node("Neg", [g.Node("Neg", ["x"])])]);
            return g.Node("Add", [g.Node("Reshape", [view, g.Integers("t", [2, 3])]), negative]);
        });
    }

    [Fact]
    public void Sizes_that_do_not_fit_say_so_with_the_node()
    {
        var wrong = Assert.Throws<InputException>(() => Compile(g => g.Node("Add", ["x", g.Weights("w", [1, 2], 2)])).Run(s_x, 2, 3));
        Assert.Contains("node 'Add:add_1' (Add): sizes [2, 3] and [2]", wrong.Message);
    }

    static void AssertGives(float[] expected, int[] sizes, Func<GraphBuilder, string> add)
    {
        var found = Compile(add).Run(NamedTensor.Of<float>("x", s_x, 2, 3))[0];
        Assert.Equal(sizes, found.Sizes);
        Assert.Equal(expected.Length, found.Elements<float>().Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found.Elements<float>()[i], tolerance: 1e-6f);
    }

    static Plan Compile(Func<GraphBuilder, string> add)
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        builder.Output(add(builder), null, 3);
        return Plan.Compile(builder.Build());
    }
}
