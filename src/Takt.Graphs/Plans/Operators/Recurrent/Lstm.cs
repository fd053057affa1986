using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Long short-term memory, forward in time, by the kernel that training uses. It wants [batch, time, inputs]; ONNX's time-first form is turned around on the way.</summary>
sealed class Lstm : Kernel
{
    /// <summary>Sequences worked on together by each thread: the gates of 32 × 30 steps × 64 units are 1 MB and stay in its second-level cache.</summary>
    const int SequencesAtOnce = 32;

    readonly LstmWeights _weights;
    readonly bool _batchFirst;

    public Lstm(Node node)
    {
        _weights = LstmWeights.Read(node);
        _batchFirst = node.BatchFirst;
    }

    public override void Run(Call call)
    {
        var x = call.Input();
        var (inputs, units) = (_weights.Inputs, _weights.Units);
        if (x.Rank != 3 || x.Sizes[2] != inputs) throw call.Wrong($"X of sizes {Value.Text(x.Sizes)}", $"three axes, the last of {inputs}");
        int steps = x.Sizes[_batchFirst ? 1 : 0], batch = x.Sizes[_batchFirst ? 0 : 1];
        var y = call.OptionalOutput(0) is { } all ? all.Write<float>(_batchFirst ? [batch, steps, units] : [steps, 1, batch, units]) : default;
        var lastHidden = call.OptionalOutput(1) is { } h ? h.Write<float>([1, batch, units]) : default;
        var lastCell = call.OptionalOutput(2) is { } c ? c.Write<float>([1, batch, units]) : default;
        ReadOnlySpan<float> startHidden = Start(call, 5, batch), startCell = Start(call, 6, batch);

        int block = Math.Min(batch, SequencesAtOnce * Workers.Count), states = checked(block * steps * units);
        var scratch = call.Scratch.Take<float>(((2L + LstmWeights.Gates) * states) + ((long)block * steps * inputs));
        Span<float> blockY = scratch[..states], cells = scratch.Slice(states, states), gates = scratch.Slice(2 * states, LstmWeights.Gates * states);
        var blockX = scratch[((2 + LstmWeights.Gates) * states)..];
        for (int first = 0; first < batch && steps > 0; first += block)
        {
            int count = Math.Min(block, batch - first), width = steps * units;
            var hidden = _batchFirst && !y.IsEmpty ? y.Slice(first * width, count * width) : blockY[..(count * width)];
            var input = _batchFirst ? x.Read<float>().Slice(first * steps * inputs, count * steps * inputs) : BatchFirst(x.Read<float>(), blockX, first, count, batch, steps, inputs);
            LstmForward.Run(
                new LstmSizes(count, steps, inputs, units), input, _weights.Input, _weights.Hidden, _weights.Bias, hidden, gates, cells,
                Part(startHidden, first, count, units), Part(startCell, first, count, units));
            if (!_batchFirst && !y.IsEmpty) TimeFirst(hidden, y, first, count, batch, steps, units);
            CopyLast(hidden, lastHidden, first, count, steps, units);
            CopyLast(cells, lastCell, first, count, steps, units);
        }
    }

    /// <summary>A state that the graph gives, or nothing for zero.</summary>
    ReadOnlySpan<float> Start(Call call, int input, int batch)
    {
        if (call.OptionalInput(input) is not { } given) return default;
        return given.Count == batch * _weights.Units ? given.Read<float>() : throw call.Wrong($"a state of sizes {Value.Text(given.Sizes)}", $"[1, {batch}, {_weights.Units}]");
    }

    static ReadOnlySpan<float> Part(ReadOnlySpan<float> state, int first, int count, int units) => state.IsEmpty ? default : state.Slice(first * units, count * units);

    /// <summary>Some sequences of [time, batch, inputs], turned to [batch, time, inputs].</summary>
    static Span<float> BatchFirst(ReadOnlySpan<float> x, Span<float> target, int first, int count, int batch, int steps, int inputs)
    {
        for (int t = 0; t < steps; t++)
            for (int row = 0; row < count; row++)
                x.Slice(((t * batch) + first + row) * inputs, inputs).CopyTo(target[(((row * steps) + t) * inputs)..]);
        return target[..(count * steps * inputs)];
    }

    /// <summary>And the result back.</summary>
    static void TimeFirst(ReadOnlySpan<float> hidden, Span<float> y, int first, int count, int batch, int steps, int units)
    {
        for (int t = 0; t < steps; t++)
            for (int row = 0; row < count; row++)
                hidden.Slice(((row * steps) + t) * units, units).CopyTo(y[(((t * batch) + first + row) * units)..]);
    }

    static void CopyLast(ReadOnlySpan<float> all, Span<float> last, int first, int count, int steps, int units)
    {
        if (last.IsEmpty) return;
        for (int row = 0; row < count; row++) all.Slice((((row + 1) * steps) - 1) * units, units).CopyTo(last[((first + row) * units)..]);
    }
}
