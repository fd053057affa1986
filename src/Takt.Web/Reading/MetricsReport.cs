using System.Text.Json.Nodes;

namespace Takt.Web.Reading;

/// <summary>The metrics of one part of the data, as a package holds them, read for a page. What is missing is left out.</summary>
sealed class MetricsReport(JsonNode part)
{
    /// <summary>What pages show of a classifier, in this order; a higher Brier score and log loss are worse.</summary>
    static readonly string[] Classification = ["rocAuc", "prAuc", "f1", "precision", "recall", "specificity", "accuracy", "mcc", "brier"];

    static readonly string[] Regression = ["rmse", "mae", "r2", "medianAbsoluteError", "bias"];

    /// <summary>Parts of the data in the order in which they count.</summary>
    static readonly string[] Parts = ["test", "validation", "train"];

    /// <summary>The part that counts most: test, else validation, else training; null without metrics.</summary>
    public static (string Name, MetricsReport Report)? Best(JsonNode? metrics)
    {
        foreach (string name in Parts)
            if (metrics?[name] is JsonObject { Count: > 0 } part) return (name, new MetricsReport(part));
        return null;
    }

    /// <summary>The estimates there are, by key.</summary>
    public IReadOnlyList<(string Key, Estimate Value)> Estimates =>
        [.. (part["confusion"] is null ? Regression : Classification).Select(key => (key, Estimate.Of(part[key]))).Where(e => e.Item2 is not null).Select(e => (e.key, e.Item2!))];

    /// <summary>One estimate, or null.</summary>
    public Estimate? this[string key] => Estimate.Of(part[key]);

    public long? Rows => Number(part["rows"]) is { } rows ? (long)rows : null;

    public double? Threshold => Number(part["threshold"]);

    public IReadOnlyList<string> Labels => [.. Items(part["confusion"]?["labels"]).Select(label => label.ToString())];

    /// <summary>Rows of class i taken for class j.</summary>
    public long[][] Counts => [.. Items(part["confusion"]?["counts"]).Select(row => Items(row).Select(count => (long)(Number(count) ?? 0)).ToArray())];

    /// <summary>A curve's JSON for a chart, or null if it has no points.</summary>
    public JsonNode? Curve(string name) => part[name] is JsonArray { Count: > 0 } points ? points : null;

    public JsonNode? CalibrationBins => part["calibration"]?["bins"] is JsonArray { Count: > 0 } bins ? bins : null;

    /// <summary>Predictions and truths of a regression, or null.</summary>
    public JsonNode? Sample => Curve("sample");

    static IEnumerable<JsonNode> Items(JsonNode? array) => (array as JsonArray ?? []).OfType<JsonNode>();

    internal static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out double number) ? number : null;
}

/// <summary>A metric with its confidence interval.</summary>
/// <param name="Value">The value; null where it is not defined.</param>
/// <param name="Low">Lower end of the interval, if there is one.</param>
/// <param name="High">Upper end.</param>
public sealed record Estimate(double? Value, double? Low, double? High)
{
    /// <summary>Reads <c>{"value", "low", "high"}</c> or a bare number.</summary>
    public static Estimate? Of(JsonNode? node) => node switch
    {
        JsonObject estimate => new Estimate(MetricsReport.Number(estimate["value"]), MetricsReport.Number(estimate["low"]), MetricsReport.Number(estimate["high"])),
        JsonValue when MetricsReport.Number(node) is { } number => new Estimate(number, null, null),
        _ => null,
    };
}
