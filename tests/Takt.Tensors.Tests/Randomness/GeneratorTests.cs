using System.Text.Json;

namespace Takt.Tensors.Tests;

public sealed class GeneratorTests
{
    [Fact]
    public void Draws_from_state_1_2_3_4_are_those_of_the_reference_implementation()
    {
        // The published test of xoshiro256** (its authors' C code, as the Rust crate rand_xoshiro tests it).
        var random = new Generator(new GeneratorState(1, 2, 3, 4));
        ulong[] expected =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600,
            16172922978634559625, 8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];
        Assert.Equal(expected, expected.Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void A_seed_is_spread_by_SplitMix64()
    {
        // SplitMix64 from 1234567, as published at rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64.
        var state = new Generator(1234567).State;
        Assert.Equal(new GeneratorState(6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431), state);
    }

    [Fact]
    public void A_state_saved_as_JSON_goes_on_exactly_where_it_was()
    {
        var random = new Generator(5);
        for (int i = 0; i < 7; i++) random.NextNormal();   // an odd number: a spare normal is in the state
        var copy = new Generator(JsonSerializer.Deserialize<GeneratorState>(JsonSerializer.Serialize(random.State))!);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(random.NextNormal(), copy.NextNormal());
            Assert.Equal(random.NextInt(17), copy.NextInt(17));
        }
    }

    [Fact]
    public void Normals_have_mean_0_deviation_1_and_the_tails_of_a_normal()
    {
        const int count = 400_000;
        var random = new Generator(11);
        double sum = 0, squares = 0;
        int beyond2 = 0;
        for (int i = 0; i < count; i++)
        {
            double x = random.NextNormal();
            sum += x;
            squares += x * x;
            if (Math.Abs(x) > 2) beyond2++;
        }

        Assert.Equal(0, sum / count, 0.01);
        Assert.Equal(1, squares / count, 0.01);
        Assert.Equal(0.0455, (double)beyond2 / count, 0.0015);
    }

    [Fact]
    public void The_portable_logarithm_agrees_with_the_library()
    {
        var random = new Generator(3);
        for (int i = 0; i < 10_000; i++)
        {
            double x = Math.Exp(80 * (random.NextDouble() - 0.5));
            Assert.Equal(Math.Log(x), PortableLogarithm.Of(x), 1e-15 * Math.Max(1, Math.Abs(Math.Log(x))));
        }
    }

    [Fact]
    public void Whole_numbers_fill_their_range_evenly()
    {
        var random = new Generator(2);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) counts[random.NextInt(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void A_permutation_holds_every_number_once_and_every_order_comes_up()
    {
        var random = new Generator(4);
        Assert.Equal(Enumerable.Range(0, 100), random.Permutation(100).Order());
        Assert.Equal(24, Enumerable.Range(0, 1_000).Select(_ => string.Join(' ', random.Permutation(4))).Distinct().Count());
    }

    [Fact]
    public void Children_differ_from_each_other_and_from_their_parent()
    {
        var parent = new Generator(1);
        Generator first = parent.Split(), second = parent.Split();
        ulong[] draws = [.. new[] { parent, first, second, first.Split() }.SelectMany(g => Enumerable.Range(0, 1_000).Select(_ => g.NextUInt64()))];
        Assert.Equal(draws.Length, draws.Distinct().Count());
    }

    [Fact]
    public void A_state_of_zeros_is_refused() => Assert.Throws<ArgumentException>(() => new Generator(new GeneratorState(0, 0, 0, 0)));
}
