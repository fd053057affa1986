namespace Takt.Graphs.Plans.Operators;

/// <summary>Sequences and places in them as inputs of operators.</summary>
static class SequenceItems
{
    /// <summary>The tensors of an input that must be a sequence.</summary>
    public static IReadOnlyList<Value> Of(Call call, int input = 0) => call.Input(input).Items ?? throw call.Wrong($"{call.Input(input)}", "a sequence");

    /// <summary>The place that an input names, of <paramref name="count"/> that there are, counted from the front; negative ones count from the end. An input left out means <paramref name="otherwise"/>.</summary>
    public static int Place(Call call, int input, int count, int otherwise)
    {
        if (call.OptionalInput(input) is not { } given) return otherwise;
        long place = WholeNumbers.Single(given, call), length = SequenceItems.Of(call).Count;
        if (place < 0) place += length;
        return place >= 0 && place < count ? (int)place : throw call.Wrong($"place {WholeNumbers.Single(given, call)}", $"{-length} to {count - 1}");
    }
}
