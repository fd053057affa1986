using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Protocols.Problems;
using Takt.Serving.Traces;

namespace Takt.Doors.OpenInference;

/// <summary>Trace settings as the Open Inference Protocol's trace extension writes them: texts by name.</summary>
static class TraceSettingWire
{
    const string File = "trace_file", Level = "trace_level", Rate = "trace_rate", Count = "trace_count", Frequency = "log_frequency";

    /// <summary>The names there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [File, Level, Rate, Count, Frequency];

    /// <summary>Whether a setting has a list of values.</summary>
    public static bool IsList(string name) => name == Level;

    /// <summary>The settings that hold. Spans go to a collector, so there is no file and nothing counts its lines.</summary>
    public static OrderedDictionary<string, string[]> Write(TraceSettings settings)
    {
        var levels = settings.Level ?? TraceLevels.Off;
        return new()
        {
            [File] = [""],
            [Level] = levels == TraceLevels.Off ? ["OFF"] : [.. Words().Where(word => levels.HasFlag(word.Value)).Select(word => word.Key)],
            [Rate] = [Text(settings.Rate ?? 1)],
            [Count] = [Text(settings.Count ?? -1)],
            [Frequency] = ["0"],
        };
    }

    /// <summary>Reads what is said; the rest is settled further out.</summary>
    /// <param name="said">Texts by name; null = nothing.</param>
    /// <exception cref="InputException">Names or values that there are not; all of them.</exception>
    public static TraceSettings Read(IReadOnlyDictionary<string, IReadOnlyList<string>?> said)
    {
        var problems = new List<Problem>();
        var settings = new TraceSettings();
        foreach (var (name, values) in said)
        {
            switch (name)
            {
                case Level:
                    settings = settings with { Level = values is null ? null : ReadLevel(values, problems) };
                    break;
                case Rate:
                    settings = settings with { Rate = Number(name, values, 1, "one call in so many, at least 1", problems) };
                    break;
                case Count:
                    settings = settings with { Count = Number(name, values, -1, "so many calls from now on; -1 = no end", problems) };
                    break;
                case File when values is not (null or [] or [""]):
                    problems.Add(new Problem($"{File} '{values[0]}'", "none: traces go to the collector that the server was started with", "takt serve --otlp URL"));
                    break;
                case Frequency when values is not (null or [] or ["0"]):
                    problems.Add(new Problem($"{Frequency} '{values[0]}'", "0: spans go to a collector, not to files that are counted"));
                    break;
                case File or Frequency:
                    break;
                default:
                    problems.Add(new Problem($"trace setting '{name}'", string.Join(", ", Names), NearestName.Suggest(name, Names)));
                    break;
            }
        }

        return problems.Count > 0 ? throw new InputException(problems) : settings;
    }

    /// <summary>What is said, as the registry keeps it: a list of texts or null by name.</summary>
    public static JsonObject ToJson(IReadOnlyDictionary<string, IReadOnlyList<string>?> said)
    {
        var written = new JsonObject();
        foreach (var (name, values) in said) written[name] = values is null ? null : new JsonArray([.. values.Select(value => (JsonNode)value)]);
        return written;
    }

    /// <summary>The way back.</summary>
    public static Dictionary<string, IReadOnlyList<string>?> FromJson(JsonObject kept) =>
        kept.ToDictionary(s => s.Key, s => (IReadOnlyList<string>?)s.Value?.AsArray().Select(value => value!.GetValue<string>()).ToList());

    static TraceLevels ReadLevel(IReadOnlyList<string> values, List<Problem> problems)
    {
        var level = TraceLevels.Off;
        foreach (string value in values)
            if (Words().TryGetValue(value, out var word)) level |= word;
            else if (value != "OFF") problems.Add(new Problem($"{Level} '{value}'", "OFF, TIMESTAMPS or TENSORS"));
        if (values.Count > 1 && values.Contains("OFF")) problems.Add(new Problem($"{Level} OFF beside others", "OFF alone"));
        return level;
    }

    static int? Number(string name, IReadOnlyList<string>? values, int least, string meaning, List<Problem> problems)
    {
        if (values is null or []) return null;
        if (values is [var text] && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least) return number;
        problems.Add(new Problem($"{name} '{string.Join(", ", values)}'", meaning));
        return null;
    }

    static Dictionary<string, TraceLevels> Words() => new() { ["TIMESTAMPS"] = TraceLevels.Timestamps, ["TENSORS"] = TraceLevels.Tensors };

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
