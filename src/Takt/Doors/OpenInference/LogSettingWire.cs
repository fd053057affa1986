using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Logs;
using Takt.Protocols.Problems;

namespace Takt.Doors.OpenInference;

/// <summary>Log settings as the Open Inference Protocol's logging extension writes them: truths, a number and texts by name.</summary>
static class LogSettingWire
{
    const string File = "log_file", Info = "log_info", Warning = "log_warning", Error = "log_error", Verbose = "log_verbose_level", Format = "log_format", Plain = "default", Iso = "ISO8601";

    /// <summary>The names there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [File, Info, Warning, Error, Verbose, Format];

    /// <summary>The settings that hold. The log goes to the server's stderr, so there is no file.</summary>
    public static JsonObject Write(LogSettings settings) => new()
    {
        [File] = "", [Info] = settings.Info, [Warning] = settings.Warning, [Error] = settings.Error, [Verbose] = settings.Verbose, [Format] = settings.IsoTime ? Iso : Plain,
    };

    /// <summary>Reads what is said; the rest is as the server was started.</summary>
    /// <exception cref="InputException">Names or values that there are not; all of them.</exception>
    public static LogSettings Read(JsonObject said)
    {
        var settings = new LogSettings();
        var problems = new List<Problem>();
        foreach (var (name, value) in said)
            switch (name)
            {
                case Info when Truth(value) is { } truth:
                    settings = settings with { Info = truth };
                    break;
                case Warning when Truth(value) is { } truth:
                    settings = settings with { Warning = truth };
                    break;
                case Error when Truth(value) is { } truth:
                    settings = settings with { Error = truth };
                    break;
                case Verbose when value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out int level) && level >= 0:
                    settings = settings with { Verbose = level };
                    break;
                case Format when Text(value) is Plain or Iso:
                    settings = settings with { IsoTime = Text(value) == Iso };
                    break;
                case File when Text(value) == "":
                    break;
                default:
                    problems.Add(Names.Contains(name)
                        ? new Problem($"{value?.ToJsonString() ?? "null"} as '{name}'", name switch
                        {
                            Verbose => "0, 1 or 2",
                            Format => $"\"{Plain}\" or \"{Iso}\"",
                            File => "\"\": the log goes to the server's stderr, and whoever starts the server leads it elsewhere",
                            _ => "true or false",
                        })
                        : new Problem($"log setting '{name}'", string.Join(", ", Names), NearestName.Suggest(name, Names)));
                    break;
            }

        return problems.Count > 0 ? throw new InputException(problems) : settings;
    }

    static bool? Truth(JsonNode? value) => value?.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    static string? Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
