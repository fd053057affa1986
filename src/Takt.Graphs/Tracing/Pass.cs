using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>One forward pass and what the tape saw of it.</summary>
sealed class Pass
{
    /// <summary>Operators that stretch their inputs by themselves in ONNX; here a stretched copy stands before them, which a graph can do without.</summary>
    static readonly HashSet<string> s_stretching = ["Where", "Greater", "Less", "Equal"];

    readonly Dictionary<Tensor, Tensor> _stretched = [], _same = [];

    Pass(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) => (Inputs, Outputs) = (inputs, outputs);

    public IReadOnlyList<Tensor> Inputs { get; }

    public IReadOnlyList<Tensor> Outputs { get; }

    /// <summary>What ran, in order; what no output depends on is left out.</summary>
    public IReadOnlyList<TapeStep> Records { get; private set; } = [];

    /// <summary>Runs forward.</summary>
    public static Pass Run(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> forward, IReadOnlyList<Tensor> inputs, Tape tape)
    {
        var pass = new Pass(inputs, forward(inputs));
        pass.Read(tape.Records);
        return pass;
    }

    void Read(IReadOnlyList<Record> made)
    {
        foreach (var record in made)
            if (record.Name == "Expand") _stretched[record.Output] = Source(record.Inputs[0]);
            else if (record.Name == "Identity") _same[record.Output] = Source(record.Inputs[0]);

        var needed = Outputs.ToHashSet();
        var steps = new List<TapeStep>();
        for (int i = made.Count - 1; i >= 0; i--)
            if (made[i].Name != "Constant" && needed.Contains(made[i].Output))   // a constant enters the graph when it is first asked for
            {
                var inputs = made[i].Inputs.Select(Source);
                if (s_stretching.Contains(made[i].Name)) inputs = inputs.Select(x => _stretched.GetValueOrDefault(x, x));
                steps.Add(new TapeStep(made[i].Name, [.. inputs], made[i].Output, made[i].Attributes));
                needed.UnionWith(steps[^1].Inputs);
            }

        if (!Inputs.Any(needed.Contains)) throw new InvalidOperationException("The network's output does not depend on its input: there is nothing to trace.");
        steps.Reverse();
        Records = ProductOfRows.Join(steps);
    }

    /// <summary>The tensor itself, or the one whose elements it holds in another place.</summary>
    Tensor Source(Tensor x) => _same.GetValueOrDefault(x, x);
}

/// <summary>One operation that a pass saw, or several that are one in a graph.</summary>
/// <param name="Name">Which.</param>
/// <param name="Inputs">What it read.</param>
/// <param name="Output">What it made.</param>
/// <param name="Attributes">What else it was told.</param>
sealed record TapeStep(string Name, IReadOnlyList<Tensor> Inputs, Tensor Output, IReadOnlyList<OperationAttribute> Attributes);
