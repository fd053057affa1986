namespace Takt.Tensors;

/// <summary>Writes down the operations of one thread so that gradients can go back through them, and owns the tensors they make.</summary>
/// <remarks>
/// <code>
/// using var tape = Tape.Start();
/// var loss = network.Forward(x).MeanSquaredError(y);
/// tape.Backward(loss);
/// </code>
/// When the tape ends, the memory of every tensor made on it goes to the next tape: training steps that look alike allocate next to nothing.
/// Keep what must live longer as a <see cref="Tensor.Copy"/>. Tapes nest; the innermost writes.
/// </remarks>
public sealed class Tape : IDisposable
{
    [ThreadStatic] static Tape? s_current;

    readonly Tape? _outer = s_current;
    readonly bool _records;
    readonly List<Record> _made = [];
    readonly List<Storage> _owned = [];
    bool _ended;

    Tape(bool records) => (_records, s_current) = (records, this);

    /// <summary>The tape this thread writes on, or null.</summary>
    public static Tape? Current => s_current;

    /// <summary>The operations so far, in the order they ran.</summary>
    public IReadOnlyList<Record> Records => _made;

    /// <summary>Starts a tape on this thread; dispose it to end it.</summary>
    public static Tape Start() => new(records: true);

    /// <summary>Starts a tape that records nothing and only gives the memory of what is made on it back: for evaluating batch after batch.</summary>
    public static Tape Scratch() => new(records: false);

    /// <summary>Computes dLoss/dX for every tensor X that requires it and adds it to <see cref="Tensor.Gradient"/>.</summary>
    /// <param name="loss">A single number made on this tape.</param>
    /// <exception cref="ShapeException"><paramref name="loss"/> holds more than one number.</exception>
    /// <exception cref="InvalidOperationException">The loss does not depend on anything that requires a gradient.</exception>
    public void Backward(Tensor loss)
    {
        if (loss.Length != 1) throw new ShapeException("Backward", $"a loss of shape {loss.Shape}", "a single number", "Take Mean() or Sum() of it first.");
        if (!loss.RequiresGradient)
            throw new InvalidOperationException("Nothing to differentiate: the loss does not depend on a tensor with RequiresGradient. Set it on the parameters, and compute the loss on this tape.");

        GradientOf(loss, out _).Values.Fill(1);
        for (int i = _made.Count - 1; i >= 0; i--)
        {
            var record = _made[i];
            if (record.Output.Gradient is not { } gradient) continue;
            record.Backward?.Invoke(gradient);
            if (record.Output.Gradient is null) continue;   // handed on to an input
            record.Output.Gradient = null;
            gradient.Storage.Dispose();   // whatever needs memory next finds this still in cache
        }
    }

    /// <summary>Ends the tape and gives back the memory of what was made on it. The enclosing tape, if any, writes again.</summary>
    public void Dispose()
    {
        if (_ended) return;
        if (s_current != this) throw new InvalidOperationException("Tapes end in the reverse order of their starts, on the thread that started them.");
        _ended = true;
        s_current = _outer;
        foreach (var storage in _owned) storage.Dispose();
        _owned.Clear();
        _made.Clear();
    }

    /// <summary>Room for the result of an operation; the current tape, if any, owns it. What is in it is not defined.</summary>
    internal static Tensor Allocate(Shape shape, ElementType type = ElementType.Float32)
    {
        var made = Tensor.Uninitialised(shape, type);
        s_current?._owned.Add(made.Storage);
        return made;
    }

    /// <summary>Writes an operation down, if a tape runs.</summary>
    /// <param name="name">ONNX operator name.</param>
    /// <param name="inputs">What it read.</param>
    /// <param name="output">What it made.</param>
    /// <param name="backward">Takes dLoss/dOutput and adds to the inputs' gradients with <see cref="GradientOf"/>, for those that <see cref="Tensor.RequiresGradient"/>.</param>
    /// <param name="attributes">ONNX attributes.</param>
    internal static Tensor Record(string name, Tensor[] inputs, Tensor output, Action<Tensor> backward, params OperationAttribute[] attributes)
    {
        if (s_current is not { _records: true } tape) return output;
        bool differentiable = false;   // stays so for places and masks: they jump
        if (output.Type == ElementType.Float32)
            foreach (var input in inputs) differentiable |= input.RequiresGradient;
        output.RequiresGradient = differentiable;
        output.IsResult = true;
        tape._made.Add(new Record(name, inputs, output, attributes, differentiable ? backward : null));
        return output;
    }

    /// <summary>Where the gradient of a tensor is gathered.</summary>
    /// <param name="x">A tensor that requires a gradient.</param>
    /// <param name="accumulate">True: add to what is there. False: nothing is there yet, overwrite every element.</param>
    internal static Tensor GradientOf(Tensor x, out bool accumulate)
    {
        accumulate = x.Gradient is not null;
        return x.Gradient ??= x.IsResult ? Allocate(x.Shape) : Tensor.Uninitialised(x.Shape);
    }
}
