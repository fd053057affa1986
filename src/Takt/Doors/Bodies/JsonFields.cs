using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Doors.Requests;
using Takt.Protocols.Problems;

namespace Takt.Doors.Bodies;

/// <summary>A JSON object whose fields are asked for one by one; everything wrong is collected and told at once.</summary>
sealed class JsonFields
{
    /// <summary>Nobody waits longer than a day for one answer.</summary>
    public const double LongestMs = 24 * 60 * 60 * 1000.0;

    readonly JsonObject _object;
    readonly List<Problem> _problems = [];

    /// <summary>Takes a body as an object with known fields.</summary>
    /// <param name="body">JSON text.</param>
    /// <param name="known">The fields there are; others are problems, with the nearest of these suggested.</param>
    /// <exception cref="InputException">It is no JSON, or no object.</exception>
    public JsonFields(ReadOnlyMemory<byte> body, params string[] known) : this(JsonBody.Parse(body) switch
    {
        JsonObject found => found,
        var other => throw new InputException($"{Describe(other)} as body", $"an object with {string.Join(", ", known.Select(k => $"'{k}'"))}"),
    }, known)
    {
    }

    /// <summary>Takes an object with known fields.</summary>
    public JsonFields(JsonObject body, params string[] known)
    {
        _object = body;
        foreach (var (name, _) in _object)
            if (!known.Contains(name))
                _problems.Add(new Problem($"unknown field '{name}'", WayOut: NearestName.Suggest(name, known), Where: "body"));
    }

    /// <summary>A list of objects that must be there.</summary>
    public IReadOnlyList<JsonObject> Objects(string name, string meaning)
    {
        if (_object[name] is not JsonArray items)
        {
            _problems.Add(_object.ContainsKey(name)
                ? new Problem($"{Describe(_object[name])} as '{name}'", $"an array of {meaning}")
                : new Problem($"no field '{name}'", $"an array of {meaning}"));
            return [];
        }

        var objects = new JsonObject[items.Count];
        for (int i = 0; i < objects.Length; i++)
        {
            if (items[i] is JsonObject item) objects[i] = item;
            else _problems.Add(new Problem(Describe(items[i]), "an object", Where: $"{name}[{i}]"));
        }

        return objects;
    }

    /// <summary>A truth that may be there.</summary>
    public bool Flag(string name, bool otherwise)
    {
        if (!_object.TryGetPropertyValue(name, out var node)) return otherwise;
        if (node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False) return node.GetValue<bool>();
        _problems.Add(new Problem($"{Describe(node)} as '{name}'", "true or false"));
        return otherwise;
    }

    /// <summary>One of several words, that may be there.</summary>
    public T Choice<T>(string name, T otherwise, params (string Word, T Value)[] choices)
    {
        if (!_object.TryGetPropertyValue(name, out var node)) return otherwise;
        if (node?.GetValueKind() == JsonValueKind.String)
            foreach (var (word, value) in choices)
                if (word == node.GetValue<string>())
                    return value;
        _problems.Add(new Problem($"{Describe(node)} as '{name}'", string.Join(" or ", choices.Select(c => $"\"{c.Word}\""))));
        return otherwise;
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string name, string meaning)
    {
        if (_object[name] is { } node && node.GetValueKind() == JsonValueKind.String) return node.GetValue<string>();
        _problems.Add(new Problem(_object.ContainsKey(name) ? $"{Describe(_object[name])} as '{name}'" : $"no field '{name}'", meaning));
        return "";
    }

    /// <summary>A text that may be there.</summary>
    public string? OptionalText(string name) => _object.ContainsKey(name) ? Text(name, "a text, or nothing") : null;

    /// <summary>A whole number from 1 that must be there.</summary>
    public int Number(string name, string meaning)
    {
        if (_object[name] is JsonValue node && node.GetValueKind() == JsonValueKind.Number && node.TryGetValue(out int number) && number > 0) return number;
        _problems.Add(new Problem(_object.ContainsKey(name) ? $"{Describe(_object[name])} as '{name}'" : $"no field '{name}'", meaning));
        return 0;
    }

    /// <summary>A whole number from 0 that may be there.</summary>
    public int Number(string name, int otherwise, string meaning)
    {
        if (!_object.TryGetPropertyValue(name, out var node)) return otherwise;
        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out int number) && number >= 0) return number;
        _problems.Add(new Problem($"{Describe(node)} as '{name}'", meaning));
        return otherwise;
    }

    /// <summary>A time in milliseconds that may be there.</summary>
    public double? Milliseconds(string name)
    {
        if (!_object.TryGetPropertyValue(name, out var node)) return null;
        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out double number) && number is >= 0 and <= LongestMs) return number;
        _problems.Add(new Problem($"{Describe(node)} as '{name}'", "milliseconds, from 0 to a day"));
        return null;
    }

    /// <summary>A moment that may be there.</summary>
    public DateTimeOffset? Moment(string name)
    {
        if (!_object.TryGetPropertyValue(name, out var node)) return null;
        try
        {
            return Moments.Read(name, node);
        }
        catch (InputException wrong)
        {
            _problems.AddRange(wrong.Problems);
            return null;
        }
    }

    /// <summary>Strings, numbers and truths by name, as texts; may be missing.</summary>
    public IReadOnlyDictionary<string, string>? Texts(string name)
    {
        if (!_object.TryGetPropertyValue(name, out var node)) return null;
        if (node is not JsonObject values)
        {
            _problems.Add(new Problem($"{Describe(node)} as '{name}'", "an object of strings, numbers and truths"));
            return null;
        }

        var texts = new Dictionary<string, string>(values.Count);
        foreach (var (key, value) in values)
        {
            if (value is JsonValue) texts[key] = value.ToString();
            else _problems.Add(new Problem(Describe(value), "a string, a number, true or false", Where: $"{name}.{key}"));
        }

        return texts;
    }

    /// <summary>A text that may be there; null is as good as nothing.</summary>
    public string? OptionalText(string name, string meaning) => _object[name] is null ? null : Text(name, meaning);

    /// <summary>A whole number from 1 that may be there; null is as good as nothing.</summary>
    public int? OptionalNumber(string name, string meaning) => _object[name] is null ? null : Number(name, meaning);

    /// <summary>A number from 0 that may be there; null is as good as nothing.</summary>
    public double? OptionalDecimal(string name, string meaning)
    {
        if (_object[name] is not { } node) return null;
        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out double number) && number >= 0 && double.IsFinite(number)) return number;
        _problems.Add(new Problem($"{Describe(node)} as '{name}'", meaning));
        return null;
    }

    /// <summary>Something that a field's reader found wrong with it.</summary>
    public void Wrong(Problem problem) => _problems.Add(problem);

    /// <summary>Every field as it came.</summary>
    public JsonObject All => _object;

    /// <summary>Ends the asking.</summary>
    /// <exception cref="InputException">Something was wrong.</exception>
    public void Finish()
    {
        if (_problems.Count > 0) throw new InputException(_problems);
    }

    static string Describe(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "an object",
        JsonArray => "an array",
        _ => node.ToJsonString() is { Length: > 40 } text ? text[..40] + "…" : node.ToJsonString(),
    };
}
