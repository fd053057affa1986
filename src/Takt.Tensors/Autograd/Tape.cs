using System.Buffers;

namespace Takt.Tensors;

/// <summary>Writes down the operations of one thread so that gradients can go back through them, and owns the tensors they make.</summary>
/// <remarks>
/// <code>
/// using var tape = Tape.Start();
/// var loss = network.Forward(x).MeanSquaredError(y);
/// tape.Backward(loss);
/// </code>
/// When the tape ends, the memory of every tensor made on it goes to the next tape. Keep what must live longer as a <see cref="Tensor.Copy"/>. Tapes nest; the innermost writes.
/// <para>
/// A tape can run again and again (<see cref="Restart"/>). As long as the same operations come in the same order with the same tensors and settings, it computes them into the tensors of the run
/// before and allocates nothing; from the first that differs it writes anew. Code on the tape runs as ever: values can be read between operations, and layers may do something else each time.
/// </para>
/// </remarks>
public sealed partial class Tape : IDisposable
{
    [ThreadStatic] static Tape? s_current;

    readonly List<Record> _kept = [];   // first those of this run, then what is left of the run before
    readonly bool _records;
    Tape? _outer;
    int _count;
    bool _runs;

    /// <summary>A tape that does not run yet; <see cref="Restart"/> starts it.</summary>
    public Tape() : this(records: true) { }

    Tape(bool records) => _records = records;

    /// <summary>The tape this thread writes on, or null.</summary>
    public static Tape? Current => s_current;

    /// <summary>Whether operations are being written down.</summary>
    internal static bool IsRecording => s_current is { _records: true };

    /// <summary>The operations so far, in the order they ran.</summary>
    public IReadOnlyList<Record> Records => !_records ? [] : _count == _kept.Count ? _kept : _kept.GetRange(0, _count);

    /// <summary>Starts a tape on this thread; dispose it to end it.</summary>
    public static Tape Start() => new Tape().Restart();

    /// <summary>Starts a tape that records nothing and only gives the memory of what is made on it back: for evaluating batch after batch.</summary>
    public static Tape Scratch() => new Tape(records: false).Restart();

    /// <summary>Runs this tape (again) on this thread; dispose it to end the run.</summary>
    /// <returns>The tape itself.</returns>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    public Tape Restart()
    {
        if (_runs) throw new InvalidOperationException("This tape runs already. End it first: dispose it.");
        (_runs, _outer, s_current) = (true, s_current, this);
        return this;
    }

    /// <summary>Computes dLoss/dX for every tensor X that requires it and adds it to <see cref="Tensor.Gradient"/>.</summary>
    /// <param name="loss">A single number made on this tape.</param>
    /// <exception cref="ShapeException"><paramref name="loss"/> holds more than one number.</exception>
    /// <exception cref="InvalidOperationException">The loss does not depend on anything that requires a gradient, or was not made on this tape.</exception>
    public void Backward(Tensor loss)
    {
        CheckDifferentiable("Backward", loss);
        if (!Made(loss)) throw new InvalidOperationException("This tape did not make that loss: another did, or its run has ended. Compute the loss while this tape runs, and go back before it ends.");
        loss.GradientRoom(out _).Values.Fill(1);
        for (int i = _count - 1; i >= 0; i--)
        {
            var record = _kept[i];
            if (!record.Output.HasGradient || !record.Output.IsResult) continue;
            if (record.Output.RequiresGradient) record.Backward(record.Output.Gradient!);
            record.Output.DropGradient();   // whatever needs memory next finds this still in cache
        }
    }

    /// <summary>Ends the run and gives back the memory of what was made in it. The enclosing tape, if any, writes again.</summary>
    public void Dispose()
    {
        if (!_runs) return;
        if (s_current != this) throw new InvalidOperationException("Tapes end in the reverse order of their starts, on the thread that started them.");
        (_runs, s_current, _outer) = (false, _outer, null);
        for (int i = 0; i < _count; i++) _kept[i].Release();
        _count = 0;
    }

    /// <summary>Computes an operation and, if a tape runs, writes it down.</summary>
    /// <param name="inputs">What it reads, in ONNX order.</param>
    internal static Tensor Run<TRecord>(params ReadOnlySpan<Tensor> inputs) where TRecord : Record<ValueTuple>, new() => Run<TRecord, ValueTuple>(default, inputs);

    /// <inheritdoc cref="Run{TRecord}"/>
    internal static Tensor Run<TRecord, TSettings>(TSettings settings, params ReadOnlySpan<Tensor> inputs) where TRecord : Record<TSettings>, new() where TSettings : IEquatable<TSettings>
    {
        foreach (var input in inputs)
            if (!input.IsContiguous && !typeof(IReadsViews).IsAssignableFrom(typeof(TRecord))) return RunOnCopies<TRecord, TSettings>(settings, inputs);

        var tape = s_current;
        if (tape is null || tape._count == tape._kept.Count || tape._kept[tape._count] is not TRecord record || !record.Settings.Equals(settings) || !record.Reads(inputs))
        {
            record = new TRecord { Settings = settings };
            record.Begin(inputs);
            if (tape is not null)
            {
                tape._kept.RemoveRange(tape._count, tape._kept.Count - tape._count);
                tape._kept.Add(record);
            }
        }

        if (tape is not null) tape._count++;
        record.Run(tape is { _records: true });
        return record.Output;
    }

    /// <summary>The gate for views with gaps: most kernels read straight on, so such inputs are copied first.</summary>
    static Tensor RunOnCopies<TRecord, TSettings>(TSettings settings, ReadOnlySpan<Tensor> inputs) where TRecord : Record<TSettings>, new() where TSettings : IEquatable<TSettings>
    {
        var straight = ArrayPool<Tensor>.Shared.Rent(inputs.Length);
        for (int i = 0; i < inputs.Length; i++) straight[i] = inputs[i].Contiguous();
        var result = Run<TRecord, TSettings>(settings, straight.AsSpan(0, inputs.Length));
        ArrayPool<Tensor>.Shared.Return(straight, clearArray: true);
        return result;
    }

    /// <summary>Whether an operation of this run made the tensor: a loss is mostly the last.</summary>
    bool Made(Tensor x)
    {
        for (int i = _count - 1; i >= 0; i--)
            if (ReferenceEquals(_kept[i].Output, x)) return true;
        return false;
    }

    static void CheckDifferentiable(string operation, Tensor loss)
    {
        if (loss.Length != 1) throw new ShapeException(operation, $"a loss of shape {loss.Shape}", "a single number", "Take Mean() or Sum() of it first.");
        if (!loss.RequiresGradient)
            throw new InvalidOperationException("Nothing to differentiate: the loss does not depend on a tensor with RequiresGradient. Set it on the parameters, and compute the loss on this tape.");
    }
}
