using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>What the node of a recurrent layer says beside its weights: directions, layout, functions, clipping.</summary>
sealed class RecurrentForm
{
    readonly CellFunction[] _functions;
    readonly bool _isReverse;

    /// <summary>Reads the attributes.</summary>
    /// <param name="node">The node.</param>
    /// <param name="gates">Gates a unit.</param>
    /// <param name="defaults">The functions of one direction where the node names none.</param>
    public RecurrentForm(Node node, int gates, params string[] defaults)
    {
        Gates = gates;
        string direction = node.Text("direction", "forward");
        Directions = direction switch { "forward" or "reverse" => 1, "bidirectional" => 2, _ => throw node.Wrong($"direction {direction}", "forward, reverse or bidirectional") };
        _isReverse = direction == "reverse";
        BatchFirst = node.Int("layout", 0) != 0;
        Clip = node.HasAttribute("clip") && node.Float("clip", 0) is > 0 and var clip ? clip : float.PositiveInfinity;
        _functions = CellFunction.Read(node, defaults, Directions);
        IsUsual = float.IsPositiveInfinity(Clip) && _functions.Select((f, i) => f.IsPlainly(defaults[i % defaults.Length])).All(same => same);
    }

    /// <summary>Gates a unit.</summary>
    public int Gates { get; }

    /// <summary>One, or two that do not see each other.</summary>
    public int Directions { get; }

    /// <summary>Whether X is [batch, steps, inputs] rather than [steps, batch, inputs] (layout 1).</summary>
    public bool BatchFirst { get; }

    /// <summary>What goes into a function is cut to ± this; infinite if the node does not say.</summary>
    public float Clip { get; }

    /// <summary>Whether functions and clipping are the defaults, which the fast kernels compute.</summary>
    public bool IsUsual { get; }

    /// <summary>Whether a direction goes from the end to the beginning.</summary>
    public bool IsReverse(int direction) => _isReverse || direction == 1;

    /// <summary>The functions of a direction.</summary>
    public ReadOnlySpan<CellFunction> Functions(int direction) => _functions.AsSpan(direction * (_functions.Length / Directions), _functions.Length / Directions);

    /// <summary>All sizes of one run, checked.</summary>
    public RecurrentSizes Sizes(Call call)
    {
        Value x = call.Input(0), w = call.Input(1), r = call.Input(2);
        if (x.Rank != 3 || w.Rank != 3 || r.Rank != 3) throw call.Wrong($"X {Value.Text(x.Sizes)}, W {Value.Text(w.Sizes)}, R {Value.Text(r.Sizes)}", "three axes each");
        int inputs = w.Sizes[2], hidden = r.Sizes[2];
        if (!w.Sizes.SequenceEqual([Directions, Gates * hidden, inputs]) || !r.Sizes.SequenceEqual([Directions, Gates * hidden, hidden]))
            throw call.Wrong($"W {Value.Text(w.Sizes)} and R {Value.Text(r.Sizes)}", $"[{Directions}, {Gates}·hidden, inputs] and [{Directions}, {Gates}·hidden, hidden]");
        return Sizes(call, inputs, hidden, BatchFirst);
    }

    /// <summary>The same where the weights are known already.</summary>
    /// <param name="call">Inputs and outputs.</param>
    /// <param name="inputs">Features a step.</param>
    /// <param name="hidden">Units.</param>
    /// <param name="batchFirst">Whether X is [batch, steps, inputs].</param>
    public RecurrentSizes Sizes(Call call, int inputs, int hidden, bool batchFirst)
    {
        var x = call.Input(0);
        if (x.Rank != 3 || x.Sizes[2] != inputs) throw call.Wrong($"X {Value.Text(x.Sizes)}", $"three axes, the last of {inputs}");
        var sizes = new RecurrentSizes(x.Sizes[batchFirst ? 1 : 0], x.Sizes[batchFirst ? 0 : 1], inputs, hidden, Directions, batchFirst);
        Expect(call, 3, "B", Directions * 2 * Gates * hidden);
        Expect(call, 4, "sequence_lens", sizes.Batch);
        Expect(call, 5, "initial_h", Directions * sizes.Batch * hidden);
        Expect(call, 6, "initial_c", Directions * sizes.Batch * hidden);
        Expect(call, 7, "P", Directions * 3 * hidden);
        return sizes;
    }

    static void Expect(Call call, int input, string name, int count)
    {
        if (call.OptionalInput(input) is { } value && value.Count != count) throw call.Wrong($"{name} of sizes {Value.Text(value.Sizes)}", $"{count} elements");
    }
}

/// <summary>Sizes of a recurrent layer, and where in its tensors things stand.</summary>
/// <param name="Steps">Steps in time.</param>
/// <param name="Batch">Sequences.</param>
/// <param name="Inputs">Features a step.</param>
/// <param name="Hidden">Units.</param>
/// <param name="Directions">One or two.</param>
/// <param name="BatchFirst">Whether the batch is the first axis of X, Y and the states.</param>
readonly record struct RecurrentSizes(int Steps, int Batch, int Inputs, int Hidden, int Directions, bool BatchFirst)
{
    /// <summary>Where a sequence's step begins in X.</summary>
    public int X(int step, int sequence) => (BatchFirst ? (sequence * Steps) + step : (step * Batch) + sequence) * Inputs;

    /// <summary>Where a sequence's step of a direction begins in Y: [steps, directions, batch, hidden] or [batch, steps, directions, hidden].</summary>
    public int Y(int step, int direction, int sequence) =>
        (BatchFirst ? (((sequence * Steps) + step) * Directions) + direction : (((step * Directions) + direction) * Batch) + sequence) * Hidden;

    /// <summary>Where a sequence's state of a direction begins: [directions, batch, hidden] or [batch, directions, hidden].</summary>
    public int State(int direction, int sequence) => (BatchFirst ? (sequence * Directions) + direction : (direction * Batch) + sequence) * Hidden;

    /// <summary>Makes room for Y, or nothing if nobody wants it.</summary>
    public Span<T> WriteY<T>(Call call) where T : unmanaged =>
        call.OptionalOutput(0) is { } y ? y.Write<T>(BatchFirst ? [Batch, Steps, Directions, Hidden] : [Steps, Directions, Batch, Hidden]) : default;

    /// <summary>Makes room for a last state.</summary>
    public Span<T> WriteState<T>(Call call, int output) where T : unmanaged =>
        call.OptionalOutput(output) is { } state ? state.Write<T>(BatchFirst ? [Batch, Directions, Hidden] : [Directions, Batch, Hidden]) : default;
}
