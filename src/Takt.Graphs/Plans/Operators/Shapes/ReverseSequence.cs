using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Turns the first steps of each sequence of a batch around: as many as its length says; what lies beyond stays.</summary>
sealed class ReverseSequence(Node node) : MovingKernel
{
    readonly long _batchAxis = node.Int("batch_axis", 1), _timeAxis = node.Int("time_axis", 0);

    protected override void Run<T>(Call call)
    {
        var (x, lengths) = (call.Input(0), call.Input(1));
        if (x.Rank < 2) throw call.Wrong($"sizes {Value.Text(x.Sizes)}", "a batch axis and a time axis");
        int batchAxis = call.Axis(_batchAxis, x.Rank), timeAxis = call.Axis(_timeAxis, x.Rank), inner = 1;
        if (batchAxis + timeAxis != 1) throw call.Wrong($"batch axis {batchAxis} and time axis {timeAxis}", "0 and 1");
        foreach (int beyond in x.Sizes[2..]) inner *= beyond;
        int batch = x.Sizes[batchAxis], steps = x.Sizes[timeAxis];
        if (lengths.Count != batch) throw call.Wrong($"{lengths.Count} lengths", $"{batch}");
        var from = x.ReadAs<T>();
        var y = call.Output.WriteAs<T>(x.Type, x.Sizes);
        for (int member = 0; member < batch; member++)
        {
            long length = WholeNumbers.At(lengths, member, call);
            if (length < 0 || length > steps) throw call.Wrong($"length {length}", $"0 to {steps}");
            for (int step = 0; step < steps; step++)
            {
                int source = step < length ? (int)length - 1 - step : step;
                from.Slice(At(member, source), inner).CopyTo(y[At(member, step)..]);
            }
        }

        int At(int member, int step) => (batchAxis == 0 ? (member * steps) + step : (step * batch) + member) * inner;
    }
}
