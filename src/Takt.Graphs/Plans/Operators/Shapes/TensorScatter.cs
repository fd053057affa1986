using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Writes new entries into a cache along its sequence axis, for each sample of the batch from its own place on; a circular cache begins again at its end.</summary>
sealed class TensorScatter : MovingKernel
{
    readonly long _axis;
    readonly bool _isCircular;

    public TensorScatter(Node node)
    {
        string mode = node.Text("mode", "linear");
        if (mode is not ("linear" or "circular")) throw node.Wrong($"mode {mode}", "linear or circular");
        (_axis, _isCircular) = (node.Int("axis", -2), mode == "circular");
    }

    protected override void Run<T>(Call call)
    {
        var (cache, update, places) = (call.Input(0), call.Input(1), call.OptionalInput(2));
        int axis = call.Axis(_axis, cache.Rank), inner = 1, outer = 1;
        bool fits = cache.Rank == update.Rank && cache.Type == update.Type && axis > 0;
        for (int i = 0; fits && i < cache.Rank; i++) fits = i == axis ? update.Sizes[i] <= cache.Sizes[i] : update.Sizes[i] == cache.Sizes[i];
        if (!fits || (places is not null && places.Count != cache.Sizes[0])) throw call.Wrong($"an update {update} and {places?.Count ?? 0} places for a cache {cache}", "the same sizes, but for a shorter sequence, and one place a sample");
        foreach (int size in cache.Sizes[..axis]) outer *= size;
        foreach (int size in cache.Sizes[(axis + 1)..]) inner *= size;
        int room = cache.Sizes[axis], added = update.Sizes[axis], each = cache.Sizes[0] == 0 ? 1 : outer / cache.Sizes[0];
        var from = update.ReadAs<T>();
        var old = cache.ReadAs<T>();
        var to = call.Output.WriteAs<T>(cache.Type, cache.Sizes);
        old.CopyTo(to);
        for (int o = 0; o < outer; o++)
        {
            long start = places is null ? 0 : WholeNumbers.At(places, o / each, call);
            if (start < 0 || (!_isCircular && start + added > room)) throw call.Wrong($"{added} entries from place {start} on", $"places from 0 to {room - 1}");
            for (int i = 0; i < added; i++)
                from.Slice(((o * added) + i) * inner, inner).CopyTo(to[(((o * room) + (int)((start + i) % room)) * inner)..]);
        }
    }
}
