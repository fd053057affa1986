using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines.Specs;

/// <summary>The keys of one step as written. Every getter notes what is wrong and goes on, so that all of it is reported at once.</summary>
sealed class StepKeys(string step, JsonObject written, string path, SpecProblems problems)
{
    readonly List<string> _asked = ["step"];

    /// <summary>The list of names under a key, or null if the key is not there.</summary>
    public IReadOnlyList<string>? Names(string key)
    {
        if (Take(key) is not { } node) return null;
        if (node is JsonValue && TextOf(node) is { } single) return [single];
        if (node is JsonArray list && list.Count > 0 && list.All(n => TextOf(n) is not null)) return [.. list.Select(n => TextOf(n)!)];
        Wrong(key, node, "a list of names");
        return null;
    }

    /// <summary>The columns that the step works on, or null.</summary>
    public IReadOnlyList<string>? Columns() => Names("columns");

    public string? Text(string key)
    {
        if (Take(key) is not { } node) return null;
        if (TextOf(node) is { } text) return text;
        Wrong(key, node, "a word or a sentence");
        return null;
    }

    public string RequiredText(string key)
    {
        if (written.ContainsKey(key)) return Text(key) ?? "";
        Missing(key);
        return "";
    }

    /// <summary>One of the named values.</summary>
    public T Choice<T>(string key, IReadOnlyDictionary<string, T> choices, T otherwise)
    {
        if (Take(key) is not { } node) return otherwise;
        if (TextOf(node) is { } text && choices.TryGetValue(text, out var choice)) return choice;
        problems.Add($"{path}.{key}", $"{key}: {Shown(node)} in step {step}", $"one of {string.Join(", ", choices.Keys)}",
            TextOf(node) is { } written ? NearestName.Guess(written, choices.Keys) : null);
        return otherwise;
    }

    /// <summary>Some of the named values, or null if the key is not there.</summary>
    public IReadOnlyList<T>? Choices<T>(string key, IReadOnlyDictionary<string, T> choices)
    {
        if (Names(key) is not { } names) return null;
        foreach (string name in names.Where(n => !choices.ContainsKey(n)))
            problems.Add($"{path}.{key}", $"{key}: '{name}' in step {step}", $"some of {string.Join(", ", choices.Keys)}", NearestName.Suggest(name, [.. choices.Keys]));
        return [.. names.Where(choices.ContainsKey).Select(n => choices[n])];
    }

    public double? Number(string key, double least = double.NegativeInfinity, double most = double.PositiveInfinity)
    {
        if (Take(key) is not { } node) return null;
        if (NumberOf(node) is { } number && number >= least && number <= most) return number;
        Wrong(key, node, Range("a number", least, most));
        return null;
    }

    public IReadOnlyList<double>? Numbers(string key, int count, double least, double most)
    {
        if (Take(key) is not { } node) return null;
        if (node is JsonArray list && list.Count == count && list.All(n => NumberOf(n) is { } v && v >= least && v <= most))
            return [.. list.Select(n => NumberOf(n)!.Value)];
        Wrong(key, node, Range($"{count} numbers", least, most));
        return null;
    }

    public int? Whole(string key, int least, int most)
    {
        if (Take(key) is not { } node) return null;
        if (NumberOf(node) is { } number && number >= least && number <= most && number == Math.Floor(number)) return (int)number;
        Wrong(key, node, Range("a whole number", least, most));
        return null;
    }

    public int RequiredWhole(string key, int least, int most)
    {
        if (written.ContainsKey(key)) return Whole(key, least, most) ?? least;
        Missing(key);
        return least;
    }

    public bool Flag(string key, bool otherwise = false)
    {
        if (Take(key) is not { } node) return otherwise;
        if (node.GetValueKind() is JsonValueKind.True or JsonValueKind.False) return node.GetValue<bool>();
        Wrong(key, node, "true or false");
        return otherwise;
    }

    /// <summary>The value under a key, a number or a text, as text; and whether it is a number.</summary>
    public (string? Text, double? Number) Scalar(string key)
    {
        if (Take(key) is not { } node) return (null, null);
        if (NumberOf(node) is { } number) return (Written(node), number);
        if (TextOf(node) is { } text) return (text, null);
        Wrong(key, node, "a number or a word");
        return (null, null);
    }

    public bool Has(string key) => written.ContainsKey(key);

    /// <summary>Something wrong with a key that only the step itself can tell.</summary>
    public void Problem(string key, string found, string? expected = null, string? wayOut = null) =>
        problems.Add($"{path}.{key}", $"{found} in step {step}", expected, wayOut);

    /// <summary>Reports the keys that nobody asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var (key, _) in written)
            if (!_asked.Contains(key))
                problems.Add($"{path}.{key}", $"unknown key '{key}' in step {step}", "a key of this step", NearestName.Suggest(key, _asked));
    }

    JsonNode? Take(string key)
    {
        if (!_asked.Contains(key)) _asked.Add(key);
        if (!written.TryGetPropertyValue(key, out var node)) return null;
        if (node is null) problems.Add($"{path}.{key}", $"key '{key}' in step {step} has no value", "a value", "Write one, or leave the key out");
        return node;
    }

    void Missing(string key)
    {
        _asked.Add(key);
        problems.Add(path, $"step {step} has no '{key}'", $"{key}: …");
    }

    void Wrong(string key, JsonNode node, string expected) =>
        problems.Add($"{path}.{key}", $"{key}: {Shown(node)} in step {step}", expected);

    static string Range(string what, double least, double most) => (double.IsInfinity(least), double.IsInfinity(most)) switch
    {
        (true, true) => what,
        (false, true) => $"{what} of at least {least}",
        (true, false) => $"{what} of at most {most}",
        _ => $"{what} from {least} to {most}",
    };

    static string Shown(JsonNode node)
    {
        const int Enough = 40; // a whole nested map in an error hides the error
        string text = node.ToJsonString();
        return text.Length <= Enough ? text : text[..Enough] + "…";
    }

    static string Written(JsonNode node) => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();

    /// <summary>Text, or a number or boolean as written: a column may be called 5, and a category true.</summary>
    static string? TextOf(JsonNode? node) => node is JsonValue ? Written(node) : null;

    static double? NumberOf(JsonNode? node) =>
        node is JsonValue && node.GetValueKind() == JsonValueKind.Number && double.TryParse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out double number)
            ? number : null;
}
