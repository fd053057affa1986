using System.Numerics;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>All axes from <c>axis</c> on as one row, brought to mean 0 and variance 1 (LayerNormalization) or to root mean square 1 (RMSNormalization), then scaled and shifted.</summary>
/// <remarks>Scale and shift may stretch to the row's sizes. Further outputs of LayerNormalization: the mean and 1/√(variance + ε) of every row.</remarks>
sealed class LayerNormalization(Node node) : Kernel
{
    readonly bool _isRootMeanSquare = node.Operator == "RMSNormalization";
    readonly long _axis = node.Int("axis", -1);
    readonly float _epsilon = node.Float("epsilon", 1e-5f);

    public override void Run(Call call)
    {
        Value x = call.Input(0), scale = call.Input(1);
        var shift = call.OptionalInput(2);
        int axis = call.Axis(_axis, x.Rank), width = 1, rows = 1;
        foreach (int size in x.Sizes[..axis]) rows *= size;
        foreach (int size in x.Sizes[axis..]) width *= size;
        if (!Stretches(scale, x.Sizes[axis..]) || (shift is not null && !Stretches(shift, x.Sizes[axis..])))
            throw call.Wrong($"scale {Value.Text(scale.Sizes)}{(shift is null ? "" : $" and shift {Value.Text(shift.Sizes)}")}", $"sizes that stretch to {Value.Text(x.Sizes[axis..])}");
        switch (x.Type)
        {
            case ElementType.Float32: Single(call, axis, rows, width); break;
            case ElementType.Float64: Plain<double>(call, axis, rows, width); break;
            default: throw call.Wrong($"an input of {x.Type}", "Float32, Float64 or Float16");
        }
    }

    void Single(Call call, int axis, int rows, int width)
    {
        var x = call.Input(0);
        var y = call.Output.Write<float>(x.Sizes);
        var scratch = call.Scratch.Take<float>((2L * width) + (2L * rows));
        var scale = Whole<float>(call.Input(1), x.Sizes[axis..], scratch[..width]);
        var moments = scratch[(2 * width)..];
        if (width == 0 || rows == 0)
        {
            moments.Clear();
        }
        else if (_isRootMeanSquare)
        {
            RmsNormKernel.Apply(x.Read<float>(), scale, _epsilon, moments[..rows], y);
        }
        else
        {
            ReadOnlySpan<float> shift = scratch.Slice(width, width);
            if (call.OptionalInput(2) is { } given) shift = Whole<float>(given, x.Sizes[axis..], scratch.Slice(width, width));
            else scratch.Slice(width, width).Clear();
            RowNormalisation.Apply(x.Read<float>(), scale, shift, _epsilon, y, moments);
        }

        if (_isRootMeanSquare) return;
        if (Statistics(call, 1, axis) is { IsEmpty: false } means)
            for (int row = 0; row < rows; row++) means[row] = moments[2 * row];
        if (Statistics(call, 2, axis) is { IsEmpty: false } inverses)
            for (int row = 0; row < rows; row++) inverses[row] = moments[(2 * row) + 1];
    }

    void Plain<T>(Call call, int axis, int rows, int width) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = call.Input(0);
        var y = call.Output.Write<T>(x.Sizes);
        var room = call.Scratch.Take<T>(2L * width);
        room[width..].Clear();
        var scale = Whole<T>(call.Input(1), x.Sizes[axis..], room[..width]);
        var shift = call.OptionalInput(2) is { } given ? Whole<T>(given, x.Sizes[axis..], room[width..]) : room[width..];
        Span<float> means = Statistics(call, 1, axis), inverses = Statistics(call, 2, axis);
        for (int row = 0; row < rows; row++)
        {
            var from = x.Read<T>().Slice(row * width, width);
            var epsilon = T.CreateTruncating(_epsilon);
            var (mean, inverse) = _isRootMeanSquare ? (T.Zero, Moments.InverseRoot(from, epsilon)) : Moments.Of(from, epsilon);
            for (int i = 0; i < width; i++) y[(row * width) + i] = ((from[i] - mean) * inverse * scale[i]) + shift[i];
            if (!means.IsEmpty) means[row] = float.CreateTruncating(mean);
            if (!inverses.IsEmpty) inverses[row] = float.CreateTruncating(inverse);
        }
    }

    /// <summary>Room for a number a row, if anybody wants them.</summary>
    static Span<float> Statistics(Call call, int output, int axis)
    {
        if (call.OptionalOutput(output) is not { } wanted) return default;
        Span<int> sizes = stackalloc int[call.Input().Rank];
        sizes.Fill(1);
        call.Input().Sizes[..axis].CopyTo(sizes);
        return wanted.Write<float>(sizes);
    }

    static bool Stretches(Value given, ReadOnlySpan<int> sizes)
    {
        if (given.Rank > sizes.Length) return false;
        for (int back = 1; back <= given.Rank; back++)
            if (given.Sizes[^back] != 1 && given.Sizes[^back] != sizes[^back]) return false;
        return true;
    }

    /// <summary>The parameter itself, or stretched to the row.</summary>
    static ReadOnlySpan<T> Whole<T>(Value given, ReadOnlySpan<int> sizes, Span<T> room) where T : unmanaged
    {
        var values = given.Read<T>();
        if (values.Length == room.Length) return values;
        Span<int> steps = stackalloc int[sizes.Length], position = stackalloc int[sizes.Length];
        Broadcast.Steps(given.Sizes, steps);
        position.Clear();
        for (int i = 0; i < room.Length; i++, Broadcast.Advance(position, sizes)) room[i] = values[Broadcast.Offset(position, steps)];
        return room;
    }
}
