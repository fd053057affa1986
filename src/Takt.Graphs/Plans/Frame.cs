using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans;

/// <summary>The working memory of one run. A plan keeps frames between runs, one for each run that was ever under way at the same time.</summary>
sealed class Frame
{
    readonly Dictionary<string, Value> _values = [];

    public Frame(Step[] steps, IReadOnlyList<TensorInfo> inputs, IReadOnlyList<TensorInfo> outputs, MemoryPlan memory)
    {
        var storages = new Storage[memory.StorageCount];
        for (int i = 0; i < storages.Length; i++) storages[i] = new Storage();
        var scratch = new Storage();

        Inputs = [.. inputs.Select(i => ValueOf(i.Name))];
        Calls = [.. steps.Select(s => new Call(s.Node, Array.ConvertAll(s.Node.Inputs, Optional), Array.ConvertAll(s.Node.Outputs, Optional), scratch))];
        Outputs = [.. outputs.Select(o => ValueOf(o.Name))];

        Value? Optional(string name) => name.Length == 0 ? null : ValueOf(name);

        Value ValueOf(string name)
        {
            if (memory.Constants.TryGetValue(name, out var constant)) return constant;
            if (_values.TryGetValue(name, out var value)) return value;
            int storage = memory.StorageOf[name];
            return _values[name] = new Value(storage < 0 ? new Storage() : storages[storage]);   // < 0: a view of a constant
        }
    }

    /// <summary>What the caller gives, in graph order.</summary>
    public Value[] Inputs { get; }

    /// <summary>One a step.</summary>
    public Call[] Calls { get; }

    /// <summary>What the caller gets, in graph order.</summary>
    public Value[] Outputs { get; }
}
