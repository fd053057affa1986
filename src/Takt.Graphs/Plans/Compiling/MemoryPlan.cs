namespace Takt.Graphs.Plans.Compiling;

/// <summary>Which value lives in which storage. Values that are never needed at the same time share one, whatever their sizes will be.</summary>
/// <param name="StorageOf">Storage number by value name; constants have none.</param>
/// <param name="StorageCount">How many storages a run needs.</param>
/// <param name="Constants">Values that are the same in every run.</param>
sealed record MemoryPlan(IReadOnlyDictionary<string, int> StorageOf, int StorageCount, IReadOnlyDictionary<string, Value> Constants)
{
    public static MemoryPlan Of(Graph graph, Step[] steps)
    {
        var owner = Owners(graph, steps);
        var lastUse = LastUses(graph, owner);
        var storageOf = new Dictionary<string, int>();
        var free = new Stack<int>();   // the storage used last is the one still in the cache
        int count = 0;
        foreach (var input in graph.Inputs) storageOf[input.Name] = count++;
        for (int step = 0; step < graph.Nodes.Count; step++)
        {
            var node = graph.Nodes[step];
            string? first = null;   // an input of the graph may be looked at by others too
            int inPlace = steps[step].Kernel.WorksInPlace && owner.TryGetValue(node.Inputs[0], out first) && lastUse[first] == step && graph.Inputs.All(i => i.Name != first) ? storageOf.GetValueOrDefault(first, -1) : -1;
            if (inPlace >= 0) storageOf[node.Outputs[0]] = inPlace;
            foreach (string output in node.Outputs)
                if (output.Length > 0 && !storageOf.ContainsKey(output))
                    storageOf[output] = owner[output] != output ? storageOf.GetValueOrDefault(owner[output], -1) : free.TryPop(out int reused) ? reused : count++;
            foreach (string value in node.Inputs.Concat(node.Outputs).Where(v => v.Length > 0).Select(v => owner.GetValueOrDefault(v, v)).Distinct())
                if (lastUse.GetValueOrDefault(value, step) == step && (inPlace < 0 || value != first) && storageOf.TryGetValue(value, out int storage) && storage >= 0) free.Push(storage);
        }

        var read = graph.Nodes.SelectMany(n => n.Inputs).Concat(graph.Outputs.Select(o => o.Name)).ToHashSet();   // the others live on in packed form
        return new MemoryPlan(storageOf, count, graph.Constants.Where(c => read.Contains(c.Key)).ToDictionary());
    }

    /// <summary>The value whose storage each value looks at: itself, or the one that it is a view of.</summary>
    static Dictionary<string, string> Owners(Graph graph, Step[] steps)
    {
        var owner = graph.Inputs.ToDictionary(i => i.Name, i => i.Name);
        foreach (var (node, kernel) in steps)
            for (int i = 0; i < node.Outputs.Length; i++)
                if (node.Outputs[i].Length > 0)
                    owner[node.Outputs[i]] = i == 0 && kernel.IsView ? owner.GetValueOrDefault(node.Inputs[0], node.Inputs[0]) : node.Outputs[i];
        return owner;
    }

    /// <summary>The last step that needs each storage owner; outputs are needed after all steps.</summary>
    static Dictionary<string, int> LastUses(Graph graph, Dictionary<string, string> owner)
    {
        var last = new Dictionary<string, int>();
        for (int step = 0; step < graph.Nodes.Count; step++)
            foreach (string value in graph.Nodes[step].Inputs.Concat(graph.Nodes[step].Outputs))
                if (value.Length > 0) last[owner.GetValueOrDefault(value, value)] = step;
        foreach (var output in graph.Outputs) last[owner.GetValueOrDefault(output.Name, output.Name)] = int.MaxValue;
        return last;
    }
}
