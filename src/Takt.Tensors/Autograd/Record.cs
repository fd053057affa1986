using System.Diagnostics;

namespace Takt.Tensors;

/// <summary>One attribute of an operation, as ONNX knows it.</summary>
/// <param name="Name">ONNX attribute name: <c>transB</c>.</param>
/// <param name="Value">A <see cref="long"/>, <see cref="float"/>, <see cref="string"/>, or an array of <see cref="long"/>.</param>
public sealed record OperationAttribute(string Name, object Value);

/// <summary>One operation on a tape: how its result is computed, what a graph needs to know of it, and how a gradient goes back through it.</summary>
/// <remarks>
/// A record outlives its run: when the tape runs again and the same operation comes with the same inputs, it computes into the same result. Each operation is a class of its own,
/// with what it works out from shapes (<see cref="Prepare"/>, once), its formula (<see cref="Forward"/>) and its derivative (<see cref="Backward"/>) one below the other.
/// </remarks>
public abstract class Record
{
    readonly List<Storage> _rooms = [];
    Tensor[] _inputs = [];

    private protected Record() { }

    /// <summary>ONNX operator name: <c>Gemm</c>. Losses and other operations that are never served carry their own name.</summary>
    public abstract string Name { get; }

    /// <summary>What it read, in ONNX order.</summary>
    public IReadOnlyList<Tensor> Inputs => _inputs;

    /// <summary>What it made.</summary>
    public Tensor Output { get; private set; } = null!;   // set by Begin, without which no record is seen

    /// <summary>What else it was told.</summary>
    public virtual IReadOnlyList<OperationAttribute> Attributes => [];

    /// <summary>Whether gradients go back through it, if its result is float32.</summary>
    internal virtual bool IsDifferentiable => true;

    /// <summary>How many inputs it has.</summary>
    private protected int InputCount => _inputs.Length;

    /// <summary>One input.</summary>
    private protected Tensor this[int input] => _inputs[input];

    /// <summary>An input that may be missing at the end.</summary>
    private protected Tensor? Optional(int input) => input < _inputs.Length ? _inputs[input] : null;

    /// <summary>Checks the shapes of the inputs, works out what depends on them alone, and makes the result: room, or a view of an input.</summary>
    internal abstract Tensor Prepare();

    /// <summary>Computes the result.</summary>
    internal abstract void Forward();

    /// <summary>Takes dLoss/dOutput and adds to the gradients of those inputs that require one.</summary>
    internal virtual void Backward(Tensor dy) => throw new UnreachableException($"{Name} has no derivative.");

    /// <summary>The part of dLoss/dOutput that goes to an input, computed by operations, so that it can be differentiated again.</summary>
    internal virtual Tensor Derivative(int input, Tensor dy) =>
        throw new NotSupportedException($"{Name} has a gradient, but none that can be differentiated again. Build the part under the gradient of products, sums, elementwise functions and reshapes.");

    /// <summary>Room for the result, or for what the way back needs to know; its memory is there while the tape runs.</summary>
    private protected Tensor Room(Shape shape, ElementType type = ElementType.Float32)
    {
        var storage = new Storage(type.Floats(shape.Length));
        _rooms.Add(storage);
        return new Tensor(shape, storage, type);
    }

    internal void Begin(ReadOnlySpan<Tensor> inputs)
    {
        _inputs = inputs.ToArray();
        try
        {
            Output = Prepare();
        }
        catch (ElementTypeException wrong) when (NamesNobody(wrong))
        {
            throw new ElementTypeException(wrong, Name);
        }
    }

    /// <summary>Whether it read these very tensors.</summary>
    internal bool Reads(ReadOnlySpan<Tensor> inputs)
    {
        if (inputs.Length != _inputs.Length) return false;
        for (int i = 0; i < inputs.Length; i++)
            if (!ReferenceEquals(inputs[i], _inputs[i])) return false;
        return true;
    }

    internal void Run(bool isRecorded)
    {
        foreach (var room in _rooms) room.Renew();
        if (isRecorded)
        {
            Output.IsResult = IsDifferentiable;
            Output.RequiresGradient = IsDifferentiable && Output.Type is (ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16) && AnyRequiresGradient;   // places and masks jump
        }

        try
        {
            Forward();
        }
        catch (ElementTypeException wrong) when (NamesNobody(wrong))
        {
            throw new ElementTypeException(wrong, Name);
        }
    }

    /// <summary>A tensor knows that its elements are others than somebody asked for, but not who.</summary>
    static bool NamesNobody(ElementTypeException wrong) => wrong.Problems[0].Where is null;

    /// <summary>Gives back the memory of the result and what belongs to it.</summary>
    internal void Release()
    {
        Output.DropGradient();
        foreach (var room in _rooms) room.Dispose();
    }

    private protected bool AnyRequiresGradient
    {
        get
        {
            foreach (var input in _inputs)
                if (input.RequiresGradient) return true;
            return false;
        }
    }
}

/// <summary>An operation with settings: numbers that it was told beside its inputs.</summary>
/// <typeparam name="TSettings">Equal settings and inputs make equal operations.</typeparam>
abstract class Record<TSettings> : Record where TSettings : IEquatable<TSettings>
{
    public TSettings Settings { get; internal set; } = default!;   // given before Prepare
}

/// <summary>An operation that reads its inputs where they lie, views with gaps included. Others get them without.</summary>
interface IReadsViews;
