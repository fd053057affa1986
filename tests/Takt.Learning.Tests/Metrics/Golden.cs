using System.Text.Json.Nodes;

namespace Takt.Learning.Tests.Metrics;

/// <summary>Values of scikit-learn, made by eng/golden/metrics.py.</summary>
static class Golden
{
    static readonly JsonNode Root = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Metrics", "metrics.golden.json")))!;

    public static JsonNode Of(string section, int index) => Root[section]![index]!;

    public static double[] Numbers(this JsonNode node, string name) => [.. node[name]!.AsArray().Select(v => v!.GetValue<double>())];

    public static bool[] Truth(this JsonNode node) => [.. node.Numbers("truth").Select(v => v == 1)];

    public static double Number(this JsonNode node, string name) => node[name]!.GetValue<double>();
}
