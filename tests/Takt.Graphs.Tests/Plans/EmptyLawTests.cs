using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Tests.Plans;

/// <summary>A size of 0 anywhere: no channels, no rows, an image without pixels. ONNX Runtime says what comes out, or that nothing can.</summary>
public class EmptyLawTests
{
    static readonly long[] s_two = [2, 2];

    /// <summary>The answer is the bias. ONNX Runtime forgets it where the weights are constant.</summary>
    static readonly Case s_biasAlone = new("Conv", [1, 0, 5, 5], [[3, 0, 2, 2], [3]]);

    static readonly Case[] s_cases =
    [
        new("Conv", [1, 0, 5, 5], [[3, 0, 2, 2]]), new("Conv", [2, 0, 4], [[3, 0, 2]]), new("Conv", [1, 0, 3, 3, 3], [[2, 0, 2, 2, 2], [2]]),
        new("Conv", [1, 2, 5, 5], [[0, 2, 2, 2]]), new("Conv", [1, 2, 5, 5], [[0, 2, 2, 2], [0]]), new("Conv", [0, 2, 5, 5], [[3, 2, 2, 2]]), new("Conv", [0, 2, 4], [[3, 2, 2]]),
        new("Conv", [1, 2, 0, 5], [[3, 2, 2, 2]]), new("Conv", [1, 2, 0, 5], [[3, 2, 2, 2]], ("pads", (long[])[1, 1, 1, 1])), new("Conv", [1, 2, 0, 0], [[3, 2, 1, 1]]), new("Conv", [1, 2, 0], [[3, 2, 1]]),
        new("Conv", [1, 2, 1, 5], [[3, 2, 2, 2]]), new("Conv", [1, 2, 1, 5], [[3, 2, 3, 2]]), new("Conv", [1, 0, 5, 5], [[2, 0, 2, 2]], ("group", 2L)),
        new("Conv", [1, 4, 5, 5], [[0, 2, 2, 2]], ("group", 2L)), new("Conv", [1, 0, 5, 5], [[3, 2, 2, 2]]), new("Conv", [1, 2, 5, 5], [[3, 0, 2, 2]]),
        new("ConvTranspose", [1, 0, 3, 3], [[0, 2, 2, 2]]), new("ConvTranspose", [1, 0, 3, 3], [[0, 2, 2, 2], [2]]), new("ConvTranspose", [1, 2, 3, 3], [[2, 0, 2, 2]]), new("ConvTranspose", [0, 2, 3, 3], [[2, 2, 2, 2]]),
        new("ConvTranspose", [1, 2, 0, 3], [[2, 2, 2, 2]]), new("ConvTranspose", [1, 2, 3, 3], [[2, 2, 0, 2]]),
        new("MaxPool", [1, 0, 4, 4], [], ("kernel_shape", s_two)), new("MaxPool", [0, 2, 4, 4], [], ("kernel_shape", s_two)), new("MaxPool", [1, 2, 0, 4], [], ("kernel_shape", s_two)), new("MaxPool", [1, 2, 1, 4], [], ("kernel_shape", s_two)), new("MaxPool", [1, 2, 4, 4], [], ("kernel_shape", (long[])[0, 2])),
        new("AveragePool", [1, 0, 4, 4], [], ("kernel_shape", s_two)), new("AveragePool", [0, 2, 4, 4], [], ("kernel_shape", s_two)), new("AveragePool", [1, 2, 0, 4], [], ("kernel_shape", s_two)), new("LpPool", [1, 0, 4, 4], [], ("kernel_shape", s_two)),
        new("GlobalAveragePool", [1, 2, 0, 4], []), new("GlobalAveragePool", [1, 0, 3, 4], []), new("GlobalAveragePool", [0, 2, 3, 4], []), new("GlobalMaxPool", [1, 2, 0, 4], []), new("GlobalMaxPool", [1, 0, 3, 4], []), new("GlobalLpPool", [1, 2, 0, 4], []),
        new("MatMul", [2, 0], [[0, 3]]), new("MatMul", [0, 2], [[2, 3]]), new("MatMul", [2, 3], [[3, 0]]), new("MatMul", [4, 2, 0], [[0, 3]]), new("MatMul", [4, 2, 0], [[4, 0, 3]]), new("MatMul", [0, 2, 3], [[3, 2]]), new("MatMul", [0, 2, 3], [[1, 3, 2]]), new("MatMul", [0], [[0]]), new("MatMul", [0], [[0, 3]]), new("MatMul", [2, 0], [[0]]), new("MatMul", [2, 0], [[1, 3]]),
        new("Gemm", [2, 0], [[0, 3]]), new("Gemm", [2, 0], [[0, 3], [3]]), new("Gemm", [2, 0], [[0, 3], [2, 1]]), new("Gemm", [0, 2], [[2, 3], [3]]), new("Gemm", [2, 3], [[3, 0]]), new("Gemm", [0, 2], [[0, 3], [3]], ("transA", 1L)), new("Gemm", [2, 0], [[3, 0]], ("transB", 1L)),
        new("BatchNormalization", [1, 0, 3, 3], [[0], [0], [0], [0]]), new("BatchNormalization", [0, 2, 3], [[2], [2], [2], [2]]), new("BatchNormalization", [1, 2, 0], [[2], [2], [2], [2]]),
        new("InstanceNormalization", [1, 0, 3], [[0], [0]]), new("InstanceNormalization", [0, 2, 3], [[2], [2]]),
        new("LayerNormalization", [2, 0], [[0], [0]]), new("LayerNormalization", [0, 3], [[3], [3]]), new("LayerNormalization", [2, 0, 3], [[3], [3]]),
        new("LRN", [1, 0, 3, 3], [], ("size", 3L)), new("LRN", [0, 2, 3, 3], [], ("size", 3L)), new("LpNormalization", [2, 0], []), new("LpNormalization", [0, 3], []), new("MeanVarianceNormalization", [0, 2, 3, 3], []), new("MeanVarianceNormalization", [1, 0, 3, 3], []),
        new("Softmax", [2, 0], []), new("Softmax", [0, 3], []), new("LogSoftmax", [2, 0], []), new("Hardmax", [2, 0], []),
        new("ReduceSum", [2, 0], [], ("keepdims", 0L)), new("ReduceMax", [0, 2], [], ("axes", (long[])[1])), new("ReduceMax", [2, 0], [], ("axes", (long[])[1])), new("ReduceL2", [0, 2], [], ("axes", (long[])[0])), new("ArgMax", [0, 2], [], ("axis", 1L)), new("ArgMax", [2, 0], [], ("axis", 1L)),
        new("Relu", [0, 2], []), new("Transpose", [0, 2], []), new("Flatten", [2, 0, 3], []), new("Flatten", [0, 2, 3], []), new("Add", [2, 0], [[1]]), new("Add", [2, 1], [[2, 0]]), new("Add", [2, 2], [[2, 0]]), new("PRelu", [1, 0, 3], [[0, 1]]),
        new("Einsum", [2, 0], [[0, 3]], ("equation", "ij,jk->ik")),
    ];

    [OnnxRuntimeTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_ONNX_Runtime_answers_is_answered_alike_and_what_it_refuses_never_crashes(bool asInputs)
    {
        Case[] cases = asInputs ? [.. s_cases, s_biasAlone] : s_cases;
        var jobs = cases.Select(c => Job(c, asInputs)).ToArray();
        var expected = OnnxRuntime.Run(jobs);
        var wrong = new List<string>();
        for (int i = 0; i < cases.Length; i++)   // where it refuses, an answer without elements is right, too: nothing is invented
        {
            string found = Answer(jobs[i]), wanted = expected[i].Error is { } error ? $"refused: {error}" : Text(expected[i].Outputs[0]);
            if (found != wanted && !(wanted.StartsWith("refused") && (found.StartsWith("refused") || found.EndsWith(": ")))) wrong.Add($"{cases[i]} gave {found} instead of {wanted}");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    /// <summary>ONNX Runtime 1.30 never ends, or ends the process, on those with windows of size 0 and on the normalisation.</summary>
    [Fact]
    public void What_the_peer_does_not_survive_or_takes_otherwise_is_refused_or_follows_the_definition()
    {
        foreach (int[] kernel in (int[][])[[3, 2, 0, 2], [3, 2, 0, 0]])
            foreach (bool asInputs in (bool[])[false, true])
                Assert.StartsWith("refused", Answer(Job(new("Conv", [1, 2, 5, 5], [kernel]), asInputs)));
        Assert.Equal(Answer(Job(s_biasAlone, asInputs: true)), Answer(Job(s_biasAlone, asInputs: false)));
        // And here it answers otherwise than the operators' definitions: beta scales C whatever the product, and the mean of nothing is no number.
        Assert.Equal("[2, 3]: 0.25 0.25 0.25 0.5 0.5 0.5", Answer(Job(new("Gemm", [2, 0], [[0, 3], [2, 1]], ("beta", 0.5f)), asInputs: false)));
        Assert.Equal("[2, 1]: NaN NaN", Answer(Job(new("ReduceMean", [2, 0], [], ("axes", (long[])[1])), asInputs: false)));
        Assert.Equal("[1, 2, 0]: ", Answer(Job(new("InstanceNormalization", [1, 2, 0], [[2], [2]]), asInputs: false)));
    }

    static OnnxRuntime.Job Job(Case one, bool asInputs) => new(one.Model(asInputs), one.Values(asInputs));

    static string Answer(OnnxRuntime.Job job)
    {
        try
        {
            return Text(Plan.Compile(job.Model).Run([.. job.Inputs])[0]);
        }
        catch (InputException refused)
        {
            return $"refused: {refused.Message}";
        }
        catch (Exception crash)
        {
            return $"CRASH {crash.GetType().Name}: {crash.Message} {crash.StackTrace!.Split('\n')[0]}";
        }
    }

    static string Text(NamedTensor tensor) =>
        $"[{string.Join(", ", tensor.Sizes.ToArray())}]: {(tensor.Type == Takt.Tensors.ElementType.Float32 ? string.Join(" ", tensor.Elements<float>().ToArray().Select(v => v.ToString("G4"))) : string.Join(" ", tensor.Elements<long>().ToArray()))}";

    sealed record Case(string Operation, int[] Sizes, int[][] Others, params (string Name, object Value)[] Attributes)
    {
        public ModelProto Model(bool asInputs)
        {
            var builder = new GraphBuilder("g");
            builder.Input("x", [.. Sizes.Select(_ => (int?)null)]);
            string[] others = [.. Others.Select((sizes, i) => asInputs ? builder.Input($"w{i}", [.. sizes.Select(_ => (int?)null)]) : builder.Weights($"w{i}", Numbers(sizes, 0.5f), sizes))];
            builder.Output(builder.Node(Operation, ["x", .. others], "y", Attributes));
            var model = builder.Build();
            if (Operation.StartsWith("Arg")) model.Graph.Output[0].Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Int64;
            return model;
        }

        public IReadOnlyList<NamedTensor> Values(bool asInputs) =>
            [NamedTensor.Of<float>("x", Numbers(Sizes, 0.25f), Sizes), .. asInputs ? Others.Select((sizes, i) => NamedTensor.Of<float>($"w{i}", Numbers(sizes, 0.5f), sizes)) : []];

        public override string ToString() => $"{Operation} [{string.Join(", ", Sizes)}] {string.Join(" ", Others.Select(o => $"[{string.Join(", ", o)}]"))} {string.Join(" ", Attributes.Select(a => $"{a.Name}={(a.Value is long[] l ? string.Join(",", l) : a.Value)}"))}";

        static float[] Numbers(int[] sizes, float step) => [.. Enumerable.Range(1, sizes.Aggregate(1, (n, s) => n * s)).Select(i => i * step)];
    }
}
