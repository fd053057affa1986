namespace Takt.Graphs.Plans.Operators;

/// <summary>Stretches a value to sizes that it and the given ones have in common.</summary>
sealed class Expand : MovingKernel
{
    const int MostAxes = 64;

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        var asked = WholeNumbers.Read(call.Input(1), stackalloc long[MostAxes], call);
        Span<int> sizes = stackalloc int[Math.Max(x.Rank, asked.Length)], wanted = stackalloc int[asked.Length];
        for (int i = 0; i < asked.Length; i++) wanted[i] = WholeNumbers.Size(asked[i], call);
        if (!Broadcast.Sizes(x.Sizes, wanted, sizes)) throw call.Wrong($"sizes {Value.Text(x.Sizes)} and {Value.Text(wanted)}", "equal sizes, or 1 where they differ");
        Stretch.Run<T>(x, call.Output, sizes);
    }
}
