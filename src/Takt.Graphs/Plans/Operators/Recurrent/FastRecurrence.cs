using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Recurrent layers by the kernels that training uses: they want [batch, steps, inputs] and go forward, so sequences are turned around on the way where that is not what the graph has.</summary>
/// <remarks>Works on some sequences at a time so that their gates stay in the second-level cache.</remarks>
static class FastRecurrence
{
    /// <summary>Sequences worked on together by each thread: the gates of 32 × 30 steps × 64 units are 1 MB.</summary>
    const int SequencesAtOnce = 32;

    /// <summary>Runs one kernel.</summary>
    public static void Run<TKernel>(Call call, RecurrentForm form, RecurrentSizes sizes, RecurrentWeights[] weights, TKernel kernel) where TKernel : struct, IRecurrentKernel
    {
        var x = call.Input(0).Read<float>();
        var (steps, batch, inputs, units, _, _) = sizes;
        Span<float> y = sizes.WriteY<float>(call), lastHidden = sizes.WriteState<float>(call, 1), lastCell = sizes.WriteState<float>(call, 2);
        ReadOnlySpan<float> startHidden = Optional(call, 5), startCell = Optional(call, 6);
        if (steps == 0 || batch == 0)
        {
            CopyOrClear(startHidden, lastHidden);
            CopyOrClear(startCell, lastCell);
            return;
        }

        int block = Math.Min(batch, SequencesAtOnce * Workers.Count), states = checked(block * steps * units);
        var scratch = call.Scratch.Take<float>((long)states + ((long)block * steps * inputs) + (2L * block * units) + ((long)kernel.RoomPerUnit * states));
        Span<float> blockY = scratch[..states], blockX = scratch.Slice(states, block * steps * inputs), blockHidden = scratch.Slice(states + blockX.Length, block * units);
        Span<float> blockCell = scratch.Slice(states + blockX.Length + blockHidden.Length, block * units), room = scratch[(states + blockX.Length + (2 * blockHidden.Length))..];
        for (int direction = 0; direction < form.Directions; direction++)
        {
            bool isReverse = form.IsReverse(direction), straightIn = sizes.BatchFirst && !isReverse, straightOut = straightIn && !y.IsEmpty && form.Directions == 1;
            for (int first = 0; first < batch; first += block)
            {
                int count = Math.Min(block, batch - first), width = count * units;
                var input = straightIn ? x.Slice(first * steps * inputs, count * steps * inputs) : Gather(x, blockX, sizes, first, count, isReverse);
                var hidden = straightOut ? y.Slice(first * steps * units, steps * width) : blockY[..(steps * width)];
                var h0 = Begin(startHidden, blockHidden[..width], sizes, direction, first, count);
                var c0 = Begin(startCell, blockCell[..width], sizes, direction, first, count);
                kernel.Run(weights[direction], (count, steps, inputs, units), input, h0, c0, hidden, room, blockCell[..width]);
                if (!straightOut && !y.IsEmpty) Scatter(hidden, y, sizes, direction, first, count, isReverse);
                for (int row = 0; row < count && !lastHidden.IsEmpty; row++) hidden.Slice((((row + 1) * steps) - 1) * units, units).CopyTo(lastHidden[sizes.State(direction, first + row)..]);
                for (int row = 0; row < count && !lastCell.IsEmpty; row++) blockCell.Slice(row * units, units).CopyTo(lastCell[sizes.State(direction, first + row)..]);
            }
        }
    }

    static ReadOnlySpan<float> Optional(Call call, int input) => call.OptionalInput(input) is { } given ? given.Read<float>() : default;

    static void CopyOrClear(ReadOnlySpan<float> from, Span<float> to)
    {
        if (from.IsEmpty) to.Clear();
        else if (!to.IsEmpty) from.CopyTo(to);
    }

    static ReadOnlySpan<float> Begin(ReadOnlySpan<float> start, Span<float> room, RecurrentSizes sizes, int direction, int first, int count)
    {
        if (start.IsEmpty) return default;
        for (int row = 0; row < count; row++) start.Slice(sizes.State(direction, first + row), sizes.Hidden).CopyTo(room[(row * sizes.Hidden)..]);
        return room;
    }

    static Span<float> Gather(ReadOnlySpan<float> x, Span<float> target, RecurrentSizes sizes, int first, int count, bool isReverse)
    {
        for (int t = 0; t < sizes.Steps; t++)
            for (int row = 0; row < count; row++)
                x.Slice(sizes.X(isReverse ? sizes.Steps - 1 - t : t, first + row), sizes.Inputs).CopyTo(target[(((row * sizes.Steps) + t) * sizes.Inputs)..]);
        return target[..(count * sizes.Steps * sizes.Inputs)];
    }

    static void Scatter(ReadOnlySpan<float> hidden, Span<float> y, RecurrentSizes sizes, int direction, int first, int count, bool isReverse)
    {
        for (int t = 0; t < sizes.Steps; t++)
            for (int row = 0; row < count; row++)
                hidden.Slice(((row * sizes.Steps) + t) * sizes.Hidden, sizes.Hidden).CopyTo(y[sizes.Y(isReverse ? sizes.Steps - 1 - t : t, direction, first + row)..]);
    }
}

/// <summary>A kernel for some sequences, [sequences, steps, …], forward in time.</summary>
interface IRecurrentKernel
{
    /// <summary>Numbers of working memory it needs for each unit and step.</summary>
    int RoomPerUnit { get; }

    /// <summary>Runs all steps.</summary>
    /// <param name="weights">Of this direction.</param>
    /// <param name="sizes">Sequences, steps, inputs, units.</param>
    /// <param name="x">[sequences, steps, inputs].</param>
    /// <param name="hidden">h before the first step, or empty for zero.</param>
    /// <param name="cell">c before the first step, or empty for zero.</param>
    /// <param name="y">h of every step.</param>
    /// <param name="room">Working memory.</param>
    /// <param name="lastCell">Gets c after the last step, if there is such a thing; may be the memory of <paramref name="cell"/>.</param>
    void Run(RecurrentWeights weights, (int Sequences, int Steps, int Inputs, int Units) sizes, ReadOnlySpan<float> x, ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell, Span<float> y, Span<float> room, Span<float> lastCell);
}
