using Takt.Graphs.Onnx;
using Takt.Graphs.Plans.Compiling;
using Takt.Protocols.Problems;
using Takt.Tensors.Threading;

namespace Takt.Graphs.Plans;

/// <summary>A graph made ready to run: checked, folded, fused, weights packed, memory planned.</summary>
/// <remarks>
/// Many threads may run one plan at once; each run works in a frame of its own, which the plan keeps for the next.
/// The batch may have another size every time, and a row's result is the same to the last bit alone or among others.
/// </remarks>
public sealed class Plan
{
    readonly Body _body;
    readonly ModelLimits _limits;
    readonly ReplaceableDefaults? _defaults;

    internal Plan(Body body, ModelLimits limits, ReplaceableDefaults? defaults) => (_body, _limits, _defaults) = (body, limits, defaults);

    /// <summary>What a run needs, in graph order.</summary>
    public IReadOnlyList<TensorInfo> Inputs => _body.Inputs;

    /// <summary>What a run gives, in graph order.</summary>
    public IReadOnlyList<TensorInfo> Outputs => _body.Outputs;

    /// <summary>Names of inputs that may be left out, because the file has a default for each.</summary>
    public IReadOnlyCollection<string> Defaults => _defaults?.Names ?? [];

    /// <summary>Threads that may share one run; default 0 = as many as the process has (see <see cref="Workers.Count"/>). Results are the same bits whatever it is.</summary>
    public int Threads { get; set; }

    /// <summary>The operators that run, in order, after folding and fusing; for people.</summary>
    internal IEnumerable<string> Operators => _body.Steps.Select(s => s.Node.Operator);

    /// <summary>Pieces of memory that a run works in.</summary>
    internal int StorageCount => _body.StorageCount;

    /// <summary>Compiles a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="limits">How much memory it may take; default <see cref="ModelLimits.Default"/>.</param>
    /// <exception cref="UnsupportedException">The graph uses operators or element types that Takt does not compute; all of them are reported.</exception>
    /// <exception cref="InputException">The graph is damaged; all of it is reported.</exception>
    public static Plan Compile(ModelProto model, ModelLimits? limits = null) => Compiler.Compile(model, limits ?? ModelLimits.Default);

    /// <summary>Runs the graph on tensors given by name.</summary>
    /// <returns>The outputs, in graph order.</returns>
    /// <exception cref="InputException">An input is missing, unknown, of another type or of sizes that do not fit.</exception>
    public NamedTensor[] Run(params IReadOnlyList<NamedTensor> inputs)
    {
        if (_defaults is not null && inputs.Any(t => Defaults.Contains(t.Name))) return _defaults.Run(inputs);
        CheckNames(inputs);
        return Run(values => Write(inputs, values), values => Array.ConvertAll(values, value => value.Clone())).Select((value, i) => new NamedTensor(Outputs[i].Name, value)).ToArray();
    }

    /// <summary>Times every node of the plan on the same inputs.</summary>
    /// <param name="inputs">Tensors by name.</param>
    /// <param name="runs">How many runs are timed, after three that warm up.</param>
    /// <param name="clock">What times them.</param>
    /// <exception cref="InputException">An input is missing, unknown, of another type or of sizes that do not fit; or <paramref name="runs"/> is less than 1.</exception>
    public PlanProfile Profile(IReadOnlyList<NamedTensor> inputs, int runs, TimeProvider clock)
    {
        CheckNames(inputs);
        return Profile(values => Write(inputs, values), runs, clock);
    }

    internal PlanProfile Profile(Action<Value[]> write, int runs, TimeProvider clock)
    {
        const int WarmUps = 3;
        if (runs < 1) throw new InputException($"{runs} runs", "at least 1");
        long[] ticks = new long[_body.Steps.Count];
        int[][] sizes = new int[ticks.Length][];
        var frame = _body.Rent();
        try
        {
            using var few = Workers.AtMost(Threads);
            using var budget = Budget.Begin(_limits.RunBytes, long.MaxValue);
            for (int run = -WarmUps; run < runs; run++)
            {
                if (run == 0) Array.Clear(ticks);
                write(frame.Inputs);   // each time: nothing says that a run leaves its inputs alone
                _body.Run(frame, clock, ticks);
            }

            for (int i = 0; i < sizes.Length; i++) sizes[i] = frame.Calls[i].Output.Sizes.ToArray();
        }
        finally
        {
            _body.Return(frame);
        }

        double total = Math.Max(1, ticks.Sum()), perTick = 1000.0 / clock.TimestampFrequency / runs;
        return new PlanProfile(runs, ticks.Sum() * perTick, [.. _body.Steps.Select((step, i) => new NodeTime(
            step.Node.Name, step.Node.FusedActivation is { } fused ? $"{step.Node.Operator} + {fused.Operator}" : step.Node.Operator, step.Kernel.Name, sizes[i], ticks[i] * perTick, ticks[i] / total))]);
    }

    void Write(IReadOnlyList<NamedTensor> inputs, Value[] values)
    {
        for (int i = 0; i < Inputs.Count; i++)
        {
            var given = inputs.First(t => t.Name == Inputs[i].Name).Value;
            Check(Inputs[i], given);
            values[i].CopyFrom(given);
        }
    }

    /// <summary>Runs the graph between two pieces of code that see its memory, so that nothing is copied twice.</summary>
    /// <param name="write">Writes the inputs, in graph order; checks what it writes.</param>
    /// <param name="read">Takes what it wants of the outputs, in graph order; they are worthless afterwards.</param>
    /// <param name="stop">Ends the run between two steps.</param>
    internal T Run<T>(Action<Value[]> write, Func<Value[], T> read, CancellationToken stop = default)
    {
        var frame = _body.Rent();
        try
        {
            using var few = Workers.AtMost(Threads);
            using var budget = Budget.Begin(_limits.RunBytes, _limits.Steps, stop);
            write(frame.Inputs);
            _body.Run(frame);
            return read(frame.Outputs);
        }
        finally
        {
            _body.Return(frame);
        }
    }

    /// <summary>Runs a graph of one input and one output, both float.</summary>
    /// <param name="input">Row by row.</param>
    /// <param name="sizes">The sizes along the input's axes; the first is usually the batch.</param>
    /// <returns>The output, row by row.</returns>
    /// <exception cref="InputException">The sizes do not fit, or the graph has other inputs or outputs.</exception>
    public float[] Run(ReadOnlySpan<float> input, params ReadOnlySpan<int> sizes) => Run(input, sizes, CancellationToken.None);

    /// <summary>The same, and may be ended early.</summary>
    /// <param name="input">Row by row.</param>
    /// <param name="sizes">The sizes along the input's axes.</param>
    /// <param name="stop">Ends the run between two steps.</param>
    /// <returns>The output, row by row.</returns>
    /// <exception cref="InputException">The sizes do not fit, or the graph has other inputs or outputs.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public float[] Run(ReadOnlySpan<float> input, ReadOnlySpan<int> sizes, CancellationToken stop)
    {
        var frame = _body.Rent();
        try
        {
            return RunSingle(frame, input, sizes, stop).ToArray();
        }
        finally
        {
            _body.Return(frame);
        }
    }

    /// <summary>The same without any allocation once warm.</summary>
    /// <param name="input">Row by row.</param>
    /// <param name="sizes">The sizes along the input's axes.</param>
    /// <param name="output">Where the output goes.</param>
    /// <returns>How many numbers of <paramref name="output"/> were written.</returns>
    /// <exception cref="InputException">The sizes do not fit, or the graph has other inputs or outputs.</exception>
    /// <exception cref="ArgumentException"><paramref name="output"/> is too short.</exception>
    public int Run(ReadOnlySpan<float> input, ReadOnlySpan<int> sizes, Span<float> output)
    {
        var frame = _body.Rent();
        try
        {
            var result = RunSingle(frame, input, sizes, CancellationToken.None);
            result.CopyTo(output);
            return result.Length;
        }
        finally
        {
            _body.Return(frame);
        }
    }

    ReadOnlySpan<float> RunSingle(Frame frame, ReadOnlySpan<float> input, ReadOnlySpan<int> sizes, CancellationToken stop)
    {
        if (Inputs.Count != 1 || Outputs.Count != 1)
            throw new InputException($"a graph of {Inputs.Count} inputs and {Outputs.Count} outputs", "one of each", "Give and take its tensors by name.");
        CheckSizes(Inputs[0], ElementType.Float32, sizes);
        using var few = Workers.AtMost(Threads);
        using var budget = Budget.Begin(_limits.RunBytes, _limits.Steps, stop);
        var target = frame.Inputs[0].Write<float>(sizes);
        if (target.Length != input.Length) throw new InputException($"{input.Length} numbers", $"{target.Length} for the sizes {Value.Text(sizes)}", where: $"input '{Inputs[0].Name}'");
        input.CopyTo(target);
        _body.Run(frame);
        return frame.Outputs[0].Read<float>();
    }

    void CheckNames(IReadOnlyList<NamedTensor> inputs)
    {
        var problems = new List<Problem>();
        string[] known = [.. Inputs.Select(i => i.Name), .. Defaults];
        foreach (var given in inputs)
            if (!known.Contains(given.Name)) problems.Add(new($"input '{given.Name}'", "an input of the graph", NearestName.Suggest(given.Name, known)));
        foreach (var info in Inputs)
            if (inputs.All(t => t.Name != info.Name)) problems.Add(new($"no input '{info.Name}'", $"{info}"));
        if (problems.Count > 0) throw new InputException(problems);
    }

    static void Check(TensorInfo info, Value given)
    {
        if (info.IsSequence != given.Items is not null) throw new InputException($"{given}", $"{info}", where: $"input '{info.Name}'");
        if (!info.IsSequence) CheckSizes(info, given.Type, given.Sizes);
        else if (given.Items!.Count == 0) return;   // of any type: a file does not say which
        else if (given.Type != info.Type || given.Items!.Any(i => i.Type != info.Type)) throw new InputException($"{given}", $"{info}", where: $"input '{info.Name}'");
    }

    /// <summary>Whether a tensor is what an input takes.</summary>
    /// <exception cref="InputException">It is not.</exception>
    internal static void CheckSizes(TensorInfo info, ElementType type, ReadOnlySpan<int> sizes)
    {
        bool fits = info.Sizes is null || info.Sizes.Count == sizes.Length;
        for (int i = 0; fits && i < sizes.Length; i++) fits = sizes[i] >= 0 && (info.Sizes is null || info.Sizes[i] < 0 || info.Sizes[i] == sizes[i]);
        if (!fits || type != info.Type) throw new InputException($"{type} {Value.Text(sizes)}", $"{info}", where: $"input '{info.Name}'");
    }
}
