using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Tests.Plans;

/// <summary>Signals and texts: the examples of the ONNX specification, and laws.</summary>
public class SpecialOperatorTests
{
    [Fact]
    public void Mel_weights_are_those_of_the_specification()
    {
        var model = SingleNode.Of(
            "MelWeightMatrix", 17, DataType.Int64, [DataType.Float],
            [SingleNode.Integers("l", [16]), SingleNode.Integers("r", [8192]), SingleNode.Floats("a", [0]), SingleNode.Floats("b", [4096])]);
        var found = Plan.Compile(model).Run(NamedTensor.Of<long>("x", [8]))[0];
        Assert.Equal([9, 8], found.Sizes);
        int[] ones = [0, 1, 10, 11, 20, 29, 38, 47];   // the frequency of each bin's centre
        Assert.Equal(Enumerable.Range(0, 72).Select(i => ones.Contains(i) ? 1f : 0), found.Elements<float>().ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(31)]   // a prime: through a longer transform
    public void A_spectrum_leads_back_to_its_signal(int length)
    {
        float[] signal = [.. Enumerable.Range(0, length).Select(i => MathF.Sin(i * i))];
        var there = Plan.Compile(SingleNode.Of("DFT", 17, DataType.Float, [DataType.Float], [], ("axis", 1L)));
        var back = Plan.Compile(SingleNode.Of("DFT", 17, DataType.Float, [DataType.Float], [], ("axis", 1L), ("inverse", 1L)));
        var spectrum = there.Run(NamedTensor.Of<float>("x", signal, 1, length, 1))[0];
        for (int k = 0; k < length; k++)   // the definition
        {
            double real = 0, imaginary = 0;
            for (int n = 0; n < length; n++) (real, imaginary) = (real + (signal[n] * Math.Cos(2 * Math.PI * k * n / length)), imaginary - (signal[n] * Math.Sin(2 * Math.PI * k * n / length)));
            Assert.Equal(real, spectrum.Elements<float>()[2 * k], 1e-5);
            Assert.Equal(imaginary, spectrum.Elements<float>()[(2 * k) + 1], 1e-5);
        }

        var again = back.Run(NamedTensor.Of<float>("x", spectrum.Elements<float>(), 1, length, 2))[0].Elements<float>();
        for (int i = 0; i < length; i++) Assert.Equal(signal[i], again[2 * i], 1e-6f);
    }

    [OnnxRuntimeTheory, InlineData(1f), InlineData(0.5f)]
    public void Regions_are_pooled_as_ONNX_Runtime_pools_them(float scale)
    {
        var model = SingleNode.Of("MaxRoiPool", 17, DataType.Float, [DataType.Float], [SingleNode.Floats("r", [0, 0, 0, 2, 1, 0, 1, 1, 2, 2], 2, 5)], ("pooled_shape", (long[])[2, 2]), ("spatial_scale", scale));
        float[] x = [.. Enumerable.Range(0, 24).Select(i => MathF.Sin(i * i))];
        var (expected, sizes) = OnnxRuntime.Run(model, x, [1, 2, 4, 3]);
        var found = Plan.Compile(model).Run(NamedTensor.Of<float>("x", x, 1, 2, 4, 3))[0];
        Assert.Equal(sizes, found.Sizes);
        Assert.Equal(expected, found.Elements<float>().ToArray());
    }

    [Fact]
    public void Texts_are_cut_at_the_delimiter()
    {
        var (parts, counts) = Split(["o-n-n--x-", "o-n----nx"], ("delimiter", "-"));
        Assert.Equal(["o", "n", "n", "", "x", "", "o", "n", "", "", "", "nx"], parts);
        Assert.Equal([6, 6], counts);
    }

    [Fact]
    public void Texts_are_cut_at_white_space_at_most_so_often()
    {
        var (parts, counts) = Split(["hello world", "def.net", "o n n x", "  the quick brown fox"], ("maxsplit", 2L));
        Assert.Equal(["hello", "world", "", "def.net", "", "", "o", "n", "n x", "the", "quick", "brown fox"], parts);
        Assert.Equal([2, 1, 3, 3], counts);
    }

    [Fact]
    public void Patterns_match_the_whole_text()
    {
        var plan = Plan.Compile(SingleNode.Of("RegexFullMatch", 20, DataType.String, [DataType.Bool], [], ("pattern", @"www\.[\w.-]+\.\bcom\b")));
        Assert.Equal([true, false, false], plan.Run(NamedTensor.OfTexts("x", ["www.google.com", "www.facebook.de", "a www.google.com"], 3))[0].Elements<bool>().ToArray());
    }

    [Fact]
    public void Texts_are_put_together_and_stretch()
    {
        var plan = Plan.Compile(SingleNode.Of("StringConcat", 20, DataType.String, [DataType.String], [SingleNode.Texts("b", [".com"], 1)]));
        Assert.Equal(["abc.com", "def.com"], plan.Run(NamedTensor.OfTexts("x", ["abc", "def"], 2))[0].Texts.ToArray());
    }

    [Fact]
    public void Words_of_n_grams_are_weighted()
    {
        var plan = Plan.Compile(SingleNode.Of(
            "TfIdfVectorizer", 9, DataType.String, [DataType.Float], [],
            ("mode", "TFIDF"), ("min_gram_length", 1L), ("max_gram_length", 2L), ("max_skip_count", 0L), ("ngram_counts", (long[])[0, 2]), ("ngram_indexes", (long[])[1, 0, 2]),
            ("pool_strings", (string[])["press", "stop", "press", "stop"]), ("weights", (float[])[0.5f, 2, 3])));
        Assert.Equal([4, 1, 3], plan.Run(NamedTensor.OfTexts("x", ["press", "stop", "press", "x", "stop"], 5))[0].Elements<float>().ToArray());
    }

    static (string[] Parts, long[] Counts) Split(string[] texts, params (string, object)[] attributes)
    {
        var found = Plan.Compile(SingleNode.Of("StringSplit", 20, DataType.String, [DataType.String, DataType.Int64], [], attributes)).Run(NamedTensor.OfTexts("x", texts, texts.Length));
        return (found[0].Texts.ToArray(), found[1].Elements<long>().ToArray());
    }
}
