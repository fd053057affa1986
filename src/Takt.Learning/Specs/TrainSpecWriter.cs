using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Learning.Specs.Reading;
using Takt.Protocols.Rows;

namespace Takt.Learning.Specs;

/// <summary>
/// Writes a spec in its canonical form: every value stated, defaults included, keys in one order. Reading it back gives the same spec, so a run record says
/// all that was done even after a default has changed. Keys that came later are left out at the value that all trainings before them had, so that hashes stay.
/// </summary>
public static class TrainSpecWriter
{
    static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The canonical JSON.</summary>
    public static JsonObject ToJson(TrainSpec spec) => Object(
        ("name", spec.Name),
        ("task", spec.Task is { } task ? SpecNames.Of(task) : null),
        ("data", DataOf(spec.Data)),
        ("prepare", spec.Prepare?.DeepClone() ?? "auto"),
        ("window", spec.Window is { } w ? Object(("length", w.Length), ("stride", w.Stride), ("padding", SpecNames.Of(w.Padding))) : null),
        ("model", ModelOf(spec.Model)),
        ("train", TrainOf(spec.Train)));

    /// <summary>The canonical YAML: one line per key of the first two levels, what is deeper in brackets.</summary>
    public static string ToYaml(TrainSpec spec)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in ToJson(spec))
        {
            if (value is not JsonObject section)
            {
                text.Append(CultureInfo.InvariantCulture, $"{key}: {Flow(value)}\n");
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"{key}:\n");
            foreach (var (inner, innerValue) in section) text.Append(CultureInfo.InvariantCulture, $"  {inner}: {Flow(innerValue)}\n");
        }

        return text.ToString();
    }

    /// <summary>
    /// SHA-256 (64 lower case hexadecimal digits) of the canonical JSON with the keys of the preparation steps sorted: the same for specs that ask for the
    /// same training, however they are written.
    /// </summary>
    public static string HashOf(TrainSpec spec)
    {
        JsonObject json = ToJson(spec);
        json["prepare"] = Sorted(json["prepare"]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ToJsonString(Compact))));
    }

    static JsonObject DataOf(DataSpec data) => Object(
        ("file", data.File),
        ("target", data.Target.RemainingLife is { } life
            ? Object(("remaining-life", life.Cap is { } cap ? Object(("cap", cap)) : (JsonNode)true))
            : (JsonNode?)data.Target.Column),
        ("ignore", data.Ignore.Count == 0 ? null : Array(data.Ignore, i => i)),
        ("group", data.Group),
        ("time", data.Time),
        ("columns", data.Columns is null ? null : Array(data.Columns, c => c)),
        ("header", data.Header),
        ("delimiter", data.Delimiter switch { null => null, '\t' => "tab", ' ' => "space", var c => c.ToString() }),
        ("encoding", data.Encoding),
        ("on_bad_row", SpecNames.Of(data.OnBadRow)),
        ("split", Object(
            ("test", data.Split.Test),
            ("validation", data.Split.Validation),
            ("stratify", data.Split.Stratify),
            ("by", SpecNames.Of(data.Split.By)),
            ("seed", data.Split.Seed),
            ("test_rows", data.Split.TestRows switch
            {
                null => null,
                { Rows: { } rows } => Array(rows, r => r),
                var file => Object(("file", file.File), ("line", file.Line)),
            }))),
        ("test", data.Test is { } test ? Object(("file", test.File), ("answers", test.Answers)) : null));

    static JsonObject ModelOf(ModelSpec model) => model.Base is { } start
        ? Object(("from", start.From), ("train", start.Names is { } names ? Array(names, n => n) : start.LastLayers is { } last ? Object(("last", last)) : (JsonNode)"all"))
        : Object(
        ("family", SpecNames.Of(model.Family)),
        ("hidden", model.Family == ModelFamily.Lstm ? Array(model.Hidden, h => h) : null),
        ("layers", Array(model.Layers, l => l)),
        ("activation", SpecNames.Of(model.Activation)),
        ("dropout", model.Dropout),
        ("ensemble", model.Ensemble));

    static JsonObject TrainOf(TrainingSpec train) => Object(
        ("epochs", train.Epochs),
        ("batch", train.Batch),
        ("optimizer", SpecNames.Of(train.Optimizer)),
        ("rate", train.Rate),
        ("schedule", Object(("kind", SpecNames.Of(train.Schedule.Kind)), ("warmup", train.Schedule.Warmup))),
        ("weight_decay", train.WeightDecay),
        ("decay_of", train.DecayOf == DecayTarget.All ? null : SpecNames.Of(train.DecayOf)),
        ("patience", train.Patience),
        ("monitor", SpecNames.Of(train.Monitor)),
        ("loss", SpecNames.Of(train.Loss)),
        ("class_weights", train.ClassWeights.Kind == ClassWeighting.Given
            ? Object([.. train.ClassWeights.Weights.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => (w.Key, (JsonNode?)w.Value))])
            : (JsonNode)SpecNames.Of(train.ClassWeights.Kind)),
        ("clip", train.Clip),
        ("clip_value", train.ClipValue == 0 ? null : train.ClipValue),
        ("on_bad_batch", train.OnBadBatch == OnError.Fail ? null : SpecNames.Of(train.OnBadBatch)),
        ("ema", train.Ema),
        ("seed", train.Seed),
        ("threads", train.Threads),
        ("threshold", ThresholdOf(train.Threshold)));

    /// <summary>Only what the goal uses: the other numbers say nothing.</summary>
    static JsonObject? ThresholdOf(ThresholdSpec threshold) => threshold.Goal switch
    {
        ThresholdGoal.Recall => Object(("metric", "recall"), ("precision", threshold.Precision)),
        ThresholdGoal.Cost => Object(("metric", "cost"), ("miss", threshold.MissCost), ("false_alarm", threshold.FalseAlarmCost)),
        ThresholdGoal.Fixed => Object(("metric", "fixed"), ("value", threshold.Value)),
        ThresholdGoal.F1 => null,
        var goal => Object(("metric", SpecNames.Of(goal))),
    };

    /// <summary>An object without the keys that have no value.</summary>
    static JsonObject Object(params (string Key, JsonNode? Value)[] fields) =>
        new(fields.Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Key, f.Value)));

    static JsonArray Array<T>(IEnumerable<T> values, Func<T, JsonNode?> node) => new([.. values.Select(node)]);

    static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    /// <summary>A value as YAML flow style: JSON, with texts unquoted where that is safe and a space where YAML reads better with one.</summary>
    static string Flow(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject o => o.Count == 0 ? "{}" : $"{{ {string.Join(", ", o.Select(p => $"{Word(p.Key)}: {Flow(p.Value)}"))} }}",
        JsonArray a => $"[{string.Join(", ", a.Select(Flow))}]",
        JsonValue v when v.TryGetValue(out string? text) => Word(text),
        _ => node.ToJsonString(Compact),
    };

    /// <summary>Plain where it is a word that could be nothing else (no number, no true/false/null, no sign that means something), else quoted.</summary>
    static string Word(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text[^1] != ' ' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or '.' or '/')
        && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off") && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? text
            : JsonSerializer.Serialize(text, Compact);
}
