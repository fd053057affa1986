using Takt.Graphs.Plans;
using Takt.Graphs.Tests.Plans;
using Takt.Tensors;

namespace Takt.Learning.Tests.Tracing;

/// <summary>Every kind of network becomes a graph that answers as the network does, here and in ONNX Runtime.</summary>
public class ExportTests
{
    /// <summary>What exports promise.</summary>
    const double Tolerance = 1e-4;

    static readonly Lazy<Dictionary<string, OnnxRuntime.Answer[]>> s_peer = new(AskThePeer);

    public static TheoryData<string> Kinds => [.. NetworkKinds.All.Select(kind => kind.Name)];

    [OnnxRuntimeTheory, MemberData(nameof(Kinds))]
    public void Onnx_runtime_answers_as_the_network_does(string name)
    {
        var kind = NetworkKinds.Of(name);
        for (int run = 0; run < s_runs.Length; run++)
        {
            var answer = s_peer.Value[name][run];
            Assert.True(answer.Error is null, answer.Error);
            AssertAlike(kind.Answer(kind.At(s_runs[run].Batch, s_runs[run].Longer)), answer.Outputs);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_plan_answers_as_the_network_does(string name)
    {
        var kind = NetworkKinds.Of(name);
        var plan = Plan.Compile(kind.Trace());
        foreach (var (batch, longer) in s_runs)
        {
            var inputs = kind.At(batch, longer);
            AssertAlike(kind.Answer(inputs), plan.Run([.. inputs.Select((x, i) => NetworkKind.Named(kind.Inputs[i].Name, x))]));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Parameters_keep_their_names(string name)
    {
        var kind = NetworkKinds.Of(name);
        Assert.Subset(kind.Trace().Graph.Initializer.Select(t => t.Name).ToHashSet(), kind.Parameters.Select(p => p.Name).ToHashSet());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Open_sizes_stay_open_under_their_names(string name)
    {
        var kind = NetworkKinds.Of(name);
        var inputs = kind.Trace().Graph.Input;
        for (int i = 0; i < inputs.Count; i++)
            Assert.All(kind.Inputs[i].Open, open => Assert.Equal(open.Value, inputs[i].Type.TensorType.Shape.Dim[open.Key].DimParam));
    }

    /// <summary>Sizes that differ from those of the trace.</summary>
    static readonly (int Batch, int Longer)[] s_runs = [(1, 0), (5, 2)];

    static Dictionary<string, OnnxRuntime.Answer[]> AskThePeer()
    {
        OnnxRuntime.Job[] jobs = [.. NetworkKinds.All.SelectMany(kind => s_runs.Select(run =>
            new OnnxRuntime.Job(kind.Trace(), [.. kind.At(run.Batch, run.Longer).Select((x, i) => NetworkKind.Named(kind.Inputs[i].Name, x))])))];
        var answers = OnnxRuntime.Run(jobs);
        return NetworkKinds.All.Select((kind, i) => (kind.Name, Answers: answers[(i * s_runs.Length)..((i + 1) * s_runs.Length)])).ToDictionary(k => k.Name, k => k.Answers);
    }

    static void AssertAlike(IReadOnlyList<NamedTensor> expected, IReadOnlyList<NamedTensor> found)
    {
        Assert.Equal(expected.Select(t => t.Name), found.Select(t => t.Name));
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Sizes, found[i].Sizes);
            switch (expected[i].Type)
            {
                case ElementType.Int64: Assert.Equal(expected[i].Elements<long>().ToArray(), found[i].Elements<long>().ToArray()); break;
                case ElementType.Bool: Assert.Equal(expected[i].Elements<bool>().ToArray(), found[i].Elements<bool>().ToArray()); break;
                default: AssertClose(expected[i], found[i]); break;
            }
        }
    }

    static void AssertClose(NamedTensor expected, NamedTensor found)
    {
        ReadOnlySpan<float> a = expected.Elements<float>(), b = found.Elements<float>();
        for (int i = 0; i < a.Length; i++)
            Assert.True(Math.Abs(a[i] - b[i]) <= Tolerance * Math.Max(1, Math.Abs(a[i])), $"'{expected.Name}' element {i}: the network says {a[i]}, the graph {b[i]}");
    }
}
