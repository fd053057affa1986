using FsCheck;
using FsCheck.Fluent;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;

namespace Takt.Graphs.Tests.Plans;

/// <summary>What must hold whatever the sizes are.</summary>
public class OperatorLawTests
{
    static readonly Gen<int[]> s_sizes = Gen.Choose(0, 4).ArrayOf(3);

    [Fact]
    public void A_transpose_and_its_inverse_change_nothing() => Prop.ForAll(s_sizes.Zip(Gen.Shuffle((int[])[0, 1, 2])).ToArbitrary(), drawn =>
    {
        var (sizes, order) = (drawn.Item1, drawn.Item2);
        long[] there = [.. order.Select(a => (long)a)], back = [.. Enumerable.Range(0, 3).Select(a => (long)Array.IndexOf(order, a))];
        float[] x = Count(sizes), found = Run(x, sizes, g => g.Node("Transpose", [g.Node("Transpose", ["x"], null, ("perm", there))], null, ("perm", back)));
        return found.SequenceEqual(x);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_slice_takes_what_stepping_along_the_axis_meets() => Prop.ForAll(
        Gen.Choose(0, 7).SelectMany(size => Gen.Choose(-9, 9).ArrayOf(3).Select(b => (Size: size, Start: b[0], End: b[1], Step: b[2] == 0 ? 1 : b[2]))).ToArbitrary(), drawn =>
    {
        var (size, start, end, step) = drawn;
        var expected = new List<float>();
        int first = start < 0 ? start + size : start, last = end < 0 ? end + size : end;
        if (step > 0) for (int i = Math.Max(0, first); i < Math.Min(last, size); i += step) expected.Add(i);
        else for (int i = Math.Min(size - 1, first); i > Math.Max(-1, last); i += step) expected.Add(i);
        float[] found = Run(Count([size]), [size], g => g.Node("Slice", ["x", g.Integers("s", [start]), g.Integers("e", [end]), g.Integers("a", [0]), g.Integers("p", [step])]));
        return found.SequenceEqual(expected);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Slices_of_a_value_concatenate_to_it() => Prop.ForAll(s_sizes.Zip(Gen.Choose(0, 2)).Zip(Gen.Choose(0, 4)).ToArbitrary(), drawn =>
    {
        var ((sizes, axis), cut) = (drawn.Item1, drawn.Item2);
        float[] x = Count(sizes), found = Run(x, sizes, g =>
        {
            string axes = g.Integers("a", [axis]), middle = g.Integers("m", [cut]);
            string left = g.Node("Slice", ["x", g.Integers("zero", [0]), middle, axes]), right = g.Node("Slice", ["x", middle, g.Integers("end", [long.MaxValue]), axes]);
            return g.Node("Concat", [left, right], null, ("axis", (long)axis));
        });
        return found.SequenceEqual(x);
    }).QuickCheckThrowOnFailure();

    static float[] Count(int[] sizes) => [.. Enumerable.Range(0, sizes.Aggregate(1, (n, s) => n * s)).Select(i => (float)i)];

    static float[] Run(float[] x, int[] sizes, Func<GraphBuilder, string> add)
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", [.. sizes.Select(_ => (int?)null)]);
        builder.Output(add(builder));
        return Plan.Compile(builder.Build()).Run(x, sizes);
    }
}
