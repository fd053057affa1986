namespace Takt.Graphs.Plans.Operators;

/// <summary>Replaces keys by values; what is no key becomes the default. NaN is a key like any other.</summary>
/// <typeparam name="TKey">Text or number.</typeparam>
/// <typeparam name="TValue">Text or number.</typeparam>
/// <param name="keys">The keys, in order; of two equal ones the last counts.</param>
/// <param name="values">Their values.</param>
/// <param name="otherwise">The default, as a single element.</param>
sealed class LabelEncoder<TKey, TValue>(Value keys, Value values, Value otherwise) : Kernel where TKey : notnull
{
    readonly Dictionary<TKey, TValue> _valueOf = Pair(keys, values);
    readonly TValue _otherwise = otherwise.ReadAs<TValue>()[0];

    public override void Run(Call call)
    {
        var x = call.Input();
        if (x.Type != keys.Type) throw call.Wrong($"a tensor of {x.Type}", $"{keys.Type}");
        var from = x.ReadAs<TKey>();
        var to = call.Output.WriteAs<TValue>(values.Type, x.Sizes);
        for (int i = 0; i < to.Length; i++) to[i] = _valueOf.TryGetValue(from[i], out var value) ? value : _otherwise;
    }

    static Dictionary<TKey, TValue> Pair(Value keys, Value values)
    {
        var pairs = new Dictionary<TKey, TValue>(keys.Count);
        for (int i = 0; i < keys.Count; i++) pairs[keys.ReadAs<TKey>()[i]] = values.ReadAs<TValue>()[i];
        return pairs;
    }
}
