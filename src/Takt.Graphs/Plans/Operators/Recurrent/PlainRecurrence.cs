using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Recurrent layers of every form in any precision, one sequence and one number at a time: the definition, for what the fast kernels do not know.</summary>
static class PlainRecurrence
{
    /// <summary>Runs all sequences through all directions; a sequence's result does not depend on the others.</summary>
    public static void Run<T, TCell>(Call call, RecurrentForm form, TCell cell) where T : unmanaged, IFloatingPointIeee754<T> where TCell : struct, ICell
    {
        var sizes = form.Sizes(call);
        int hidden = sizes.Hidden, gates = form.Gates * hidden;
        ReadOnlySpan<T> x = call.Input(0).Read<T>(), startHidden = Optional<T>(call, 5), startCell = Optional<T>(call, 6);
        Span<T> y = sizes.WriteY<T>(call), lastHidden = sizes.WriteState<T>(call, 1), lastCell = sizes.WriteState<T>(call, 2);
        y.Clear();
        var room = call.Scratch.Take<T>(gates + (3L * hidden));
        Span<T> h = room[..hidden], c = room.Slice(hidden, hidden);
        for (int direction = 0; direction < sizes.Directions; direction++)
        {
            var weights = new CellWeights<T>(call, form, sizes, direction);
            for (int sequence = 0; sequence < sizes.Batch; sequence++)
            {
                Begin(startHidden, sizes.State(direction, sequence), h);
                Begin(startCell, sizes.State(direction, sequence), c);
                int length = LengthOf(call, sequence, sizes.Steps);
                for (int i = 0; i < length; i++)
                {
                    int step = form.IsReverse(direction) ? length - 1 - i : i;
                    cell.Step(weights, x.Slice(sizes.X(step, sequence), sizes.Inputs), h, c, room[(2 * hidden)..]);
                    if (!y.IsEmpty) h.CopyTo(y[sizes.Y(step, direction, sequence)..]);
                }

                if (!lastHidden.IsEmpty) h.CopyTo(lastHidden[sizes.State(direction, sequence)..]);
                if (!lastCell.IsEmpty) c.CopyTo(lastCell[sizes.State(direction, sequence)..]);
            }
        }
    }

    static ReadOnlySpan<T> Optional<T>(Call call, int input) where T : unmanaged => call.OptionalInput(input) is { } given ? given.Read<T>() : default;

    static void Begin<T>(ReadOnlySpan<T> start, int at, Span<T> state)
    {
        if (start.IsEmpty) state.Clear();
        else start.Slice(at, state.Length).CopyTo(state);
    }

    static int LengthOf(Call call, int sequence, int steps)
    {
        if (call.OptionalInput(4) is not { } lengths) return steps;
        long length = WholeNumbers.At(lengths, sequence, call);
        return length >= 0 && length <= steps ? (int)length : throw call.Wrong($"a sequence of {length} steps", $"0 to {steps}");
    }
}

/// <summary>One step of one sequence.</summary>
interface ICell
{
    /// <summary>Moves the hidden state, and the cell state if the cell has one.</summary>
    /// <param name="weights">Of this direction.</param>
    /// <param name="x">The input of this step.</param>
    /// <param name="hidden">The hidden state, before and after.</param>
    /// <param name="state">The cell state, before and after.</param>
    /// <param name="room">Room for the gates and one number a unit.</param>
    void Step<T>(in CellWeights<T> weights, ReadOnlySpan<T> x, Span<T> hidden, Span<T> state, Span<T> room) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>The weights and functions of one direction.</summary>
readonly ref struct CellWeights<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly ReadOnlySpan<T> _w, _r, _b, _p;
    readonly int _gates;
    readonly T _clip;

    public CellWeights(Call call, RecurrentForm form, RecurrentSizes sizes, int direction)
    {
        (Inputs, Hidden, _gates) = (sizes.Inputs, sizes.Hidden, form.Gates * sizes.Hidden);
        _w = call.Input(1).Read<T>().Slice(direction * _gates * Inputs, _gates * Inputs);
        _r = call.Input(2).Read<T>().Slice(direction * _gates * Hidden, _gates * Hidden);
        _b = call.OptionalInput(3) is { } b ? b.Read<T>().Slice(direction * 2 * _gates, 2 * _gates) : default;
        _p = call.OptionalInput(7) is { } p ? p.Read<T>().Slice(direction * 3 * Hidden, 3 * Hidden) : default;
        Functions = form.Functions(direction);
        _clip = T.CreateTruncating(form.Clip);
    }

    public int Inputs { get; }

    public int Hidden { get; }

    public ReadOnlySpan<CellFunction> Functions { get; }

    /// <summary>W·x + its bias for one gate of one unit.</summary>
    public T FromInput(int gate, int unit, ReadOnlySpan<T> x) => Dot(_w.Slice(((gate * Hidden) + unit) * Inputs, Inputs), x) + (_b.IsEmpty ? T.Zero : _b[(gate * Hidden) + unit]);

    /// <summary>R·h for one gate of one unit, without its bias.</summary>
    public T FromHidden(int gate, int unit, ReadOnlySpan<T> hidden) => Dot(_r.Slice(((gate * Hidden) + unit) * Hidden, Hidden), hidden);

    /// <summary>The bias of R for one gate of one unit.</summary>
    public T HiddenBias(int gate, int unit) => _b.IsEmpty ? T.Zero : _b[_gates + (gate * Hidden) + unit];

    /// <summary>What a gate sees of the cell through its peephole.</summary>
    public T Peep(int gate, int unit, T state) => _p.IsEmpty ? T.Zero : _p[(gate * Hidden) + unit] * state;

    /// <summary>A function of what is cut to the clip.</summary>
    public T Apply(int function, T x) => Functions[function].Of(T.Max(-_clip, T.Min(_clip, x)));

    static T Dot(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
    {
        var sum = T.Zero;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
