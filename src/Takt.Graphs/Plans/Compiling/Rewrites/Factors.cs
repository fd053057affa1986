namespace Takt.Graphs.Plans.Compiling;

/// <summary>A value taken apart into a number times other values, however the file wrote the product: x·½·y is what it is in any order and with any brackets.</summary>
/// <param name="Number">All constant factors together.</param>
/// <param name="Values">The other factors; a square is two of them.</param>
readonly record struct Factors(double Number, IReadOnlyList<string> Values)
{
    /// <summary>Longer products are nobody's pattern.</summary>
    const int Most = 6;

    /// <summary>How near a constant must come to the one of a formula: files round them to six digits.</summary>
    const double Tolerance = 1e-5;

    /// <summary>Takes a value apart.</summary>
    public static Factors Of(Graph graph, Links links, string value)
    {
        var values = new List<string>();
        return new(Number: Split(graph, links, value, values, Most), values);
    }

    /// <summary>Whether the number is the one of a formula.</summary>
    public bool Has(double number) => Math.Abs(Number - number) <= Tolerance * Math.Max(1, Math.Abs(number));

    /// <summary>Whether these are all the values, in any order.</summary>
    public bool Are(params ReadOnlySpan<string> wanted)
    {
        var left = Values.ToList();
        foreach (string value in wanted)
            if (!left.Remove(value)) return false;
        return left.Count == 0;
    }

    static double Split(Graph graph, Links links, string value, List<string> values, int depth)
    {
        if (graph.ScalarOf(value) is { } number) return number;
        switch (links.MakerOf(value))
        {
            case { Operator: "Mul" } product when depth > 0: return Split(graph, links, product.Inputs[0], values, depth - 1) * Split(graph, links, product.Inputs[1], values, depth - 1);
            case { Operator: "Div" } quotient when depth > 0 && graph.ScalarOf(quotient.Inputs[1]) is { } divisor: return Split(graph, links, quotient.Inputs[0], values, depth - 1) / divisor;
            case { Operator: "Pow" } power when graph.ScalarOf(power.Inputs[1]) is 2 or 3:
                values.AddRange(Enumerable.Repeat(power.Inputs[0], (int)graph.ScalarOf(power.Inputs[1])!.Value));
                return 1;
            default:
                values.Add(value);
                return 1;
        }
    }
}
