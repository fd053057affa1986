using System.Globalization;
using System.Text.Json.Nodes;

namespace Takt.Learning.Specs.Reading;

/// <summary>A piece of a spec, and where it stands: a line and column of the file, or a flag of the command line.</summary>
abstract record SpecNode(string Where)
{
    /// <summary>What it is, for a sentence about something else that was expected.</summary>
    public abstract string Description { get; }
}

/// <summary>A map; keys in the order written, each once.</summary>
sealed record SpecMap(IReadOnlyList<SpecEntry> Entries, string Where) : SpecNode(Where)
{
    public override string Description => "a map of keys";
}

/// <summary>A key of a map and its value.</summary>
sealed record SpecEntry(string Key, string KeyWhere, SpecNode Value);

/// <summary>A list.</summary>
sealed record SpecList(IReadOnlyList<SpecNode> Items, string Where) : SpecNode(Where)
{
    public override string Description => "a list";
}

/// <summary>A single value. A quoted one is always text.</summary>
sealed record SpecScalar(string Text, bool IsQuoted, string Where) : SpecNode(Where)
{
    public override string Description => IsNull ? "nothing" : $"'{(Text.Length > 60 ? Text[..60] + "…" : Text)}'";

    public bool IsNull => !IsQuoted && Text is "" or "~" or "null";

    /// <summary>The value after YAML's core schema: null, true/false, numbers; everything else is text.</summary>
    public JsonNode? ToJson()
    {
        if (IsQuoted) return JsonValue.Create(Text);
        if (IsNull) return null;
        if (Text is "true" or "false") return JsonValue.Create(Text == "true");
        if (long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)) return JsonValue.Create(whole);
        return double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : JsonValue.Create(Text);
    }
}

static class SpecNodeJson
{
    /// <summary>The node as JSON, for readers that take JSON.</summary>
    public static JsonNode? ToJson(this SpecNode node) => node switch
    {
        SpecMap map => new JsonObject(map.Entries.Select(e => KeyValuePair.Create(e.Key, e.Value.ToJson()))),
        SpecList list => new JsonArray([.. list.Items.Select(ToJson)]),
        SpecScalar scalar => scalar.ToJson(),
        _ => throw new InvalidOperationException($"no JSON form of {node.GetType().Name}"),
    };
}
