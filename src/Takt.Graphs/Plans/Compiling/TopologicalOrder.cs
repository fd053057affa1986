using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Orders nodes so that each stands after those whose values it reads (Kahn 1962); nodes that are ready together keep the file's order.</summary>
static class TopologicalOrder
{
    public static List<Node> Of(IReadOnlyList<Node> nodes)
    {
        var makers = new Dictionary<string, int>();
        for (int i = 0; i < nodes.Count; i++)
            foreach (string output in nodes[i].Outputs)
                if (output.Length > 0) makers[output] = i;

        var waiting = new int[nodes.Count];
        var readers = new List<int>[nodes.Count];
        for (int i = 0; i < nodes.Count; i++)
            foreach (string input in nodes[i].Inputs)
                if (makers.TryGetValue(input, out int maker))
                {
                    waiting[i]++;
                    (readers[maker] ??= []).Add(i);
                }

        var ready = new PriorityQueue<int, int>();
        for (int i = 0; i < nodes.Count; i++)
            if (waiting[i] == 0) ready.Enqueue(i, i);

        var ordered = new List<Node>(nodes.Count);
        while (ready.TryDequeue(out int next, out _))
        {
            ordered.Add(nodes[next]);
            foreach (int reader in readers[next] ?? [])
                if (--waiting[reader] == 0) ready.Enqueue(reader, reader);
        }

        if (ordered.Count < nodes.Count)
            throw new InputException(
                $"a cycle through {string.Join(", ", nodes.Where((_, i) => waiting[i] > 0).Take(5).Select(n => $"'{n.Name}'"))}", "a graph without cycles");
        return ordered;
    }
}
