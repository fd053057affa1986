using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>One forward pass and what the tape saw of it.</summary>
sealed record Pass(Tensor Input, Tensor Output, IReadOnlyList<Record> Records)
{
    /// <summary>Runs forward; the records that the output does not depend on are left out.</summary>
    public static Pass Run(Func<Tensor, Tensor> forward, Tensor input, Tape tape)
    {
        var output = forward(input);
        var needed = new HashSet<Tensor> { output };
        var records = new List<Record>();
        for (int i = tape.Records.Count - 1; i >= 0; i--)
            if (needed.Contains(tape.Records[i].Output))
            {
                records.Add(tape.Records[i]);
                needed.UnionWith(tape.Records[i].Inputs);
            }

        if (!needed.Contains(input)) throw new InvalidOperationException("The network's output does not depend on its input: there is nothing to trace.");
        records.Reverse();
        return new Pass(input, output, records);
    }
}
