using Takt.Graphs.Conformance;
using Takt.Graphs.Differentiation;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using Takt.Tensors;
using Takt.Tests;
using Xunit.Abstractions;

namespace Takt.Graphs.Tests.Differentiation;

/// <summary>Operators and whole networks on the tape: the published answers, and gradients that small steps agree with.</summary>
public class ConformanceOnTapeTests(ITestOutputHelper output)
{
    const string Nodes = "conformance/onnx-node", Models = "conformance/onnx-models";

    /// <summary>Cases that the tape refuses, each for a reason that it states.</summary>
    static readonly string[] s_refused =
    [
        "test_averagepool_2d_dilations", "test_maxpool_2d_dilations",   // taps of pools that lie apart
        "test_averagepool_3d_dilations_small", "test_averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_False", "test_averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_True",
        "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True", "test_convtranspose_3d", "tk_conv3d",   // volumes
        "test_resize_downsample_sizes_nearest_not_larger", "test_resize_downsample_sizes_nearest_not_smaller", "test_resize_upsample_sizes_nearest_not_larger",   // aspect ratios
        "test_scatter_elements_with_reduction_min", "test_scatter_elements_with_reduction_mul", "test_pow_types_int64_float32", "test_reduce_min_empty_set",   // whole numbers to a power; the smallest of nothing
        "test_resize_tf_crop_and_resize_extrapolation_value", "tk_upsample_opset7_nearest",
    ];

    public static TheoryData<string> Networks => ["autoencoder_digits", "dtln_1", "fastestdet", "magika_v3_3", "mnist_cnn", "mobilenet_digits", "silero_vad_16k", "squeezenet_fp16", "ultraface_rfb320", "vespa_transformer"];

    [SharedDataFact(Nodes + "/manifest.csv")]
    public void Operators_answer_as_published_and_their_gradients_agree_with_small_steps()
    {
        var wrong = new List<string>();
        int passed = 0, refused = 0;
        foreach (string line in File.ReadLines(SharedData.PathOf(Nodes + "/manifest.csv")).Skip(1))
        {
            string[] cells = line.Split(',');
            if (cells[5] is not ("float" or "float int64" or "float bool" or "bool float" or "int64 float") || !cells[3].Split(' ').Any(o => TapeOperators.Of(o) is not null)) continue;
            if (s_refused.Contains(cells[0])) continue;
            try
            {
                if (Check(SharedData.PathOf($"{Nodes}/{cells[0]}"), gradients: true) is { } difference) wrong.Add($"{cells[0]}: {difference}");
                else passed++;
            }
            catch (InputException told) when (told.Problems.All(p => p.Expected == "operators that gradients can go through"))
            {
                refused++;
            }
            catch (Exception failure)
            {
                wrong.Add($"{cells[0]}: {failure.GetType().Name} {failure.Message}");
            }
        }

        output.WriteLine($"{passed} passed, {refused} refused for their operators, {wrong.Count} not");
        foreach (string line in wrong) output.WriteLine(line);
        Assert.Empty(wrong);
        Assert.True(passed >= 400, $"only {passed} cases ran");
    }

    [SharedDataTheory(Models + "/README.md"), MemberData(nameof(Networks))]
    public void A_network_answers_as_published(string name) => Assert.Null(Check(SharedData.PathOf($"{Models}/{name}"), gradients: false));

    [SharedDataTheory(Models + "/README.md"), MemberData(nameof(Networks))]
    public void The_gradients_of_a_network_agree_with_small_steps(string name)
    {
        string folder = SharedData.PathOf($"{Models}/{name}");
        var graph = DifferentiableGraph.Load(ModelFile.Read(Path.Combine(folder, "model.onnx")));
        var inputs = InputsOf(graph, folder);
        Shake(inputs);
        double byWeights = Slope.Difference(graph, inputs, [.. graph.Parameters.Where(p => !p.IsStatistic).Select(p => p.Value)], alongGradient: true);
        double byInputs = Slope.Difference(graph, inputs, [.. inputs.Where(i => i.Type == ElementType.Float32)], alongGradient: true);
        output.WriteLine($"{name}: {graph.Parameters.Count} weights, difference {byWeights:G3} by weights, {byInputs:G3} by inputs");
        Assert.True(byWeights < 0.03, $"by weights {byWeights:G3}");
        Assert.True(byInputs < 0.03, $"by inputs {byInputs:G3}");
    }

    static string? Check(string folder, bool gradients)
    {
        var graph = DifferentiableGraph.Load(ModelFile.Read(Path.Combine(folder, "model.onnx")));
        var inputs = InputsOf(graph, folder);
        var found = graph.Run(inputs);
        for (int i = 0; i < found.Count; i++)
        {
            var expected = CaseFiles.Read(Path.Combine(folder, "test_data_set_0", $"output_{i}.pb"), graph.Outputs[i]);
            if (expected.Type is ElementType.Float16 or ElementType.Float64) continue;   // compared in single precision below
            if (Comparison.Difference(expected, Named(expected, found[i]), Tolerance.Of(folder)) is { } difference) return $"output {i}: {difference}";
        }

        if (!gradients) return null;
        bool hasSettings = s_settings.Any(Path.GetFileName(folder).Contains);
        Tensor[] moved = [.. inputs.Take(hasSettings ? 1 : inputs.Length).Where(i => i.Type == ElementType.Float32 && i.Length > 0)];
        Shake([.. inputs.Where(i => moved.Contains(i))]);
        return Slope.Difference(graph, inputs, moved) is var slope and > 0.05 ? $"the gradient is off by {slope:G3}" : null;
    }

    /// <summary>A flat background is full of ties, where a pool has no derivative.</summary>
    static void Shake(Tensor[] inputs)
    {
        var random = new Generator(3);
        foreach (var input in inputs.Where(i => i.Type == ElementType.Float32 && i.Length > 0))
        {
            float scale = 0.05f * Math.Max(0.1f, input.Values.ToArray().Max(Math.Abs));
            foreach (ref float value in input.Values) value += scale * ((2 * random.NextSingle()) - 1);
        }
    }

    /// <summary>Operators whose further inputs are settings rather than data.</summary>
    static readonly string[] s_settings = ["resize", "clip", "pad"];

    static Tensor[] InputsOf(DifferentiableGraph graph, string folder) =>
        [.. graph.Inputs.Select((info, i) => ToTensor(CaseFiles.Read(Path.Combine(folder, "test_data_set_0", $"input_{i}.pb"), info)))];

    static NamedTensor Named(NamedTensor expected, Tensor found) => expected.Type switch
    {
        ElementType.Int64 => NamedTensor.Of<long>(expected.Name, found.Indices, found.Shape.Sizes),
        ElementType.Int32 => NamedTensor.Of<int>(expected.Name, [.. found.Indices.ToArray().Select(v => (int)v)], found.Shape.Sizes),
        ElementType.Bool => NamedTensor.Of<bool>(expected.Name, found.Mask, found.Shape.Sizes),
        _ => NamedTensor.Of<float>(expected.Name, found.Values, found.Shape.Sizes),
    };

    static Tensor ToTensor(NamedTensor t)
    {
        int[] sizes = [.. t.Sizes];
        return t.Type switch
        {
            ElementType.Int64 => Tensor.OfIndices(t.Elements<long>(), sizes),
            ElementType.Int32 => Tensor.OfIndices([.. t.Elements<int>().ToArray().Select(v => (long)v)], sizes),
            ElementType.Bool => Tensor.OfMask(t.Elements<bool>(), sizes),
            ElementType.Float16 => Tensor.Of([.. t.Elements<Half>().ToArray().Select(v => (float)v)], sizes),
            _ => Tensor.Of(t.Elements<float>(), sizes),
        };
    }
}
