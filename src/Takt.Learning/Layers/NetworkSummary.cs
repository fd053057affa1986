using System.Globalization;
using System.Text;

namespace Takt.Learning.Layers;

/// <summary>The layers of a network with their parameters, for logs and model cards.</summary>
public static class NetworkSummary
{
    /// <summary>One line per layer: name, kind, parameter shapes, number of parameters; the total last.</summary>
    public static string Of(Layer network)
    {
        var rows = new List<(string Name, string Kind, string Shapes, long Count)>();
        Collect(network, "", rows);
        int name = Math.Max(5, rows.Max(r => r.Name.Length)), kind = rows.Max(r => r.Kind.Length), shapes = rows.Max(r => r.Shapes.Length);
        var text = new StringBuilder();
        foreach (var row in rows)
            text.Append(CultureInfo.InvariantCulture, $"{row.Name.PadRight(name)}  {row.Kind.PadRight(kind)}  {row.Shapes.PadRight(shapes)}  {row.Count,12:N0}\n");
        return text.Append(CultureInfo.InvariantCulture, $"{"total".PadRight(name)}  {"".PadRight(kind)}  {"".PadRight(shapes)}  {network.ParameterCount(),12:N0}\n").ToString();
    }

    static void Collect(Layer layer, string path, List<(string, string, string, long)> rows)
    {
        if (layer.Children.Count == 0)
            rows.Add((path, layer.ToString() is { } text && text != layer.GetType().FullName ? text : layer.GetType().Name,
                string.Join(' ', layer.OwnParameters.Select(p => p.Value.Shape)), layer.ParameterCount()));
        foreach (var (name, child) in layer.Children) Collect(child, path.Length == 0 ? name : $"{path}.{name}", rows);
    }
}
