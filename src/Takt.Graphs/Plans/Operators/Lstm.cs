using System.Runtime.InteropServices;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Long short-term memory, forward in time: one product for the inputs of all steps, then one small product a step.</summary>
/// <remarks>Gates are kept in the order i, f, g, o of the training kernel; ONNX files have i, o, f, g (which they call c).</remarks>
sealed class Lstm : Kernel
{
    /// <summary>Sequences worked on together: the gates of 32 × 30 steps × 64 units are 1 MB and stay in the second-level cache.</summary>
    const int BlockOfRows = 32;

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
        int units = _weights.Units;
        if (x.Rank != 3 || x.Sizes[2] != _weights.Inputs) throw call.Wrong($"X of sizes {Value.Text(x.Sizes)}", $"three axes, the last of {_weights.Inputs}");
        int steps = x.Sizes[_batchFirst ? 1 : 0], batch = x.Sizes[_batchFirst ? 0 : 1];

        int gates = checked(Math.Min(BlockOfRows, batch) * steps * LstmWeights.Gates * units), states = batch * units;
        var scratch = call.Scratch.Take<float>(gates + (2L * states) + ((long)steps * states));
        Span<float> hidden = scratch.Slice(gates, states), cell = scratch.Slice(gates + states, states);
        bool fromZero = !Start(call, 5, hidden, batch);
        Start(call, 6, cell, batch);
        var y = call.OptionalOutput(0) is { } output
            ? _batchFirst ? output.Write<float>([batch, steps, units]) : output.Write<float>([steps, 1, batch, units])
            : scratch[(gates + (2 * states))..];

        for (int first = 0; first < batch; first += BlockOfRows)
        {
            int rows = Math.Min(BlockOfRows, batch - first);
            var block = _batchFirst ? Block.BatchFirst(first, rows, steps, units) : Block.TimeFirst(first, rows, batch, units);
            ProjectInputs(x.Read<float>(), scratch, block, steps, batch);
            for (int t = 0; t < steps; t++) Step(t, block, scratch, y, hidden, cell, skipHidden: t == 0 && fromZero);
        }

        if (call.OptionalOutput(1) is { } last) CopyLast(y, last.Write<float>([1, batch, units]), steps, batch);
        if (call.OptionalOutput(2) is { } lastCell) cell.CopyTo(lastCell.Write<float>([1, batch, units]));
    }

    /// <summary>Where the numbers of one sequence at one time stand: distances in gates and in the output.</summary>
    [StructLayout(LayoutKind.Auto)]
    readonly record struct Block(int First, int Rows, int GateRow, int GateTime, int OutputStart, int OutputRow, int OutputTime)
    {
        public static Block BatchFirst(int first, int rows, int steps, int units)
        {
            int width = LstmWeights.Gates * units;
            return new(first, rows, steps * width, width, first * steps * units, steps * units, units);
        }

        public static Block TimeFirst(int first, int rows, int batch, int units)
        {
            int width = LstmWeights.Gates * units;
            return new(first, rows, width, rows * width, first * units, units, batch * units);
        }
    }

    /// <summary>gates = x·Wᵀ + b for all steps of a block of sequences.</summary>
    void ProjectInputs(ReadOnlySpan<float> x, Span<float> gates, Block block, int steps, int batch)
    {
        int inputs = _weights.Inputs, width = LstmWeights.Gates * _weights.Units;
        if (_batchFirst || block.Rows == batch)
        {
            int rows = block.Rows * steps;
            _weights.Input.Multiply(new Matrix(x[(block.First * steps * inputs)..], rows, inputs), new MatrixTarget(gates, rows, width), bias: _weights.Bias);
            return;
        }

        for (int t = 0; t < steps; t++)
            _weights.Input.Multiply(
                new Matrix(x[(((t * batch) + block.First) * inputs)..], block.Rows, inputs),
                new MatrixTarget(gates[(t * block.GateTime)..], block.Rows, width), bias: _weights.Bias);
    }

    /// <summary>One step in time: gates += h·Uᵀ, then the cells and the next h.</summary>
    void Step(int t, Block block, Span<float> gates, Span<float> y, ReadOnlySpan<float> start, Span<float> cell, bool skipHidden)
    {
        int units = _weights.Units, width = LstmWeights.Gates * units;
        if (!skipHidden)
        {
            var hidden = t == 0
                ? new Matrix(start[(block.First * units)..], block.Rows, units)
                : new Matrix(y[(block.OutputStart + ((t - 1) * block.OutputTime))..], block.Rows, units, block.OutputRow);
            _weights.Hidden.Multiply(hidden, new MatrixTarget(gates[(t * block.GateTime)..], block.Rows, width, block.GateRow), accumulate: true);
        }

        for (int row = 0; row < block.Rows; row++)
            Cell(
                gates.Slice((t * block.GateTime) + (row * block.GateRow), width),
                cell.Slice((block.First + row) * units, units),
                y.Slice(block.OutputStart + (t * block.OutputTime) + (row * block.OutputRow), units));
    }

    static void Cell(ReadOnlySpan<float> gates, Span<float> cell, Span<float> y)
    {
        int units = cell.Length;
        for (int j = 0; j < units; j++)
        {
            float i = Sigmoid(gates[j]), f = Sigmoid(gates[units + j]), g = MathF.Tanh(gates[(2 * units) + j]), o = Sigmoid(gates[(3 * units) + j]);
            cell[j] = (f * cell[j]) + (i * g);
            y[j] = o * MathF.Tanh(cell[j]);
        }
    }

    static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    /// <summary>Sets a state to what the graph gives, or to zero.</summary>
    bool Start(Call call, int input, Span<float> state, int batch)
    {
        if (call.OptionalInput(input) is not { } given)
        {
            state.Clear();
            return false;
        }

        if (given.Count != state.Length) throw call.Wrong($"a state of sizes {Value.Text(given.Sizes)}", $"[1, {batch}, {_weights.Units}]");
        given.Read<float>().CopyTo(state);
        return true;
    }

    void CopyLast(ReadOnlySpan<float> y, Span<float> last, int steps, int batch)
    {
        int units = _weights.Units;
        if (steps == 0) last.Clear();
        else if (!_batchFirst) y[((steps - 1) * batch * units)..].CopyTo(last);
        else for (int row = 0; row < batch; row++) y.Slice((((row + 1) * steps) - 1) * units, units).CopyTo(last[(row * units)..]);
    }
}
