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

    /// <summary>Values of <c>eng/golden/generator.py</c>, an implementation of its own. A seed in a run record is worth something only as long as they stay.</summary>
    [Fact]
    public void Draws_of_every_kind_stay_what_they_are()
    {
        Assert.Equal([0.7005764f, 0.2787512f, 0.83962744f, 0.9810977f, 0.9908602f, 0.8727739f, 0.060752034f, 0.10443574f, 0.4037065f, 0.15181607f, 0.5413676f, 0.7318582f], Twelve(g => g.NextSingle()));
        Assert.Equal(
            [
                0.7005764821796896, 0.2787512294737843, 0.8396274618764198, 0.9810977250149351, 0.9908602788330683, 0.872773938745132,
                0.060752079492816136, 0.1044357892428116, 0.40370652610252655, 0.15181610733412043, 0.5413675985383839, 0.7318582070456138,
            ],
            Twelve(g => g.NextDouble()));
        Assert.Equal([7, 2, 8, 9, 9, 8, 0, 1, 4, 1, 5, 7], Twelve(g => g.NextInt(10)));
        Assert.Equal(
            [1259441192, 1471646587, 1309160907, 156653683, 605559788, 227724160, 812051397, 1097787310, 1408448397, 1321276142, 841318672, 385046982], Twelve(g => g.NextInt(1_500_000_000)));   // some draws are refused
        Assert.Equal(
            [
                0.9643618527255183, -1.0637531974798473, -0.3039301238656567, -1.0989693210013467, 0.30479435832638674, 1.7083194561947417,
                -1.7010190714940672, 2.1316549163930065, -1.6701700371775816, -0.23162405136202316, -1.0334004790400158, 0.4760323846666265,
            ],
            Twelve(g => g.NextNormal()));
        Assert.Equal([false, true, false, false, false, false, true, true, false, true, false, false], Twelve(g => g.NextBool(0.3)));
        Assert.Equal([2, 10, 4, 1, 5, 0, 6, 7, 9, 11, 3, 8], new Generator(7).Permutation(12));
        string[] items = [.. "abcdefghijkl".Select(letter => letter.ToString())];
        new Generator(7).Shuffle<string>(items);
        Assert.Equal("ckebfaghjldi", string.Concat(items));
        var parent = new Generator(7);
        var child = parent.Split();
        Assert.Equal([2399390100814473381, 9558726101048564188, 15698707484070441700], Enumerable.Range(0, 3).Select(_ => child.NextUInt64()));
        Assert.Equal([5142052590334782674, 15488392906492639638, 18098058644649177664], Enumerable.Range(0, 3).Select(_ => parent.NextUInt64()));

        static T[] Twelve<T>(Func<Generator, T> draw)
        {
            var random = new Generator(7);
            return [.. Enumerable.Range(0, 12).Select(_ => draw(random))];
        }
    }

    [Fact]
    public void Tensors_that_are_drawn_stay_what_they_are()
    {
        Assert.Equal(
            [0.20057642f, -0.2212488f, 0.33962744f, 0.4810977f, 0.49086022f, 0.3727739f, -0.43924797f, -0.39556426f, -0.09629351f, -0.34818393f, 0.04136759f, 0.2318582f],
            Tensor.Uniform([3, 4], 0.5f, new Generator(7)).Values.ToArray());
        Assert.Equal(
            [1.9287237f, -2.1275065f, -0.60786027f, -2.1979387f, 0.60958874f, 3.4166389f, -3.402038f, 4.26331f, -3.3403401f, -0.4632481f, -2.066801f, 0.95206475f],
            Tensor.Normal([3, 4], 2, new Generator(7)).Values.ToArray());
        Assert.Equal([false, true, false, false, false, false, true, true, false, true, false, false], Tensor.Bernoulli([12], 0.3, new Generator(7)).Mask.ToArray());
        Assert.Equal([2L, 10, 4, 1, 5, 0, 6, 7, 9, 11, 3, 8], Tensor.Permutation(12, new Generator(7)).Indices.ToArray());
        const float kept = 1 / 0.75f;
        Assert.Equal([kept, kept, kept, kept, kept, kept, 0, 0, kept, 0, kept, kept], Tensor.Ones(12).Dropout(0.25f, new Generator(7)).Values.ToArray());
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
