using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Tensors;

namespace Takt.EndToEnd.Malformed;

/// <summary>Damages JSON as careless programs and people of ill will do: another type, another number, a key twice, nesting without end. Text that no parser takes is among it.</summary>
sealed class JsonMutator(Generator random)
{
    const string Hole = "@@hole@@", Twin = "@@twin@@";

    static readonly string[] s_painful =
    [
        "null", "true", "false", "0", "-1", "1", "-0", "0.5", "1e999", "-1e999", "0.1e-400", "1e300", "NaN", "Infinity", "-Infinity", "01", "1.", "+1", "0x10", "1e", "-",
        "2147483647", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", new string('9', 400),
        "\"\"", "\" \"", "\"NaN\"", "\"-Infinity\"", "\"1\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"\\x\"", "\"\uffff\"", "\"a", "'a'", "\"\n\"", "\"" + new string('a', 5000) + "\"",
        "[]", "{}", "[[]]", "[null]", "[{}]", "[[1],[2,3]]", "[1,\"a\",true]", "{\"a\":1,\"a\":2}", "{\"b64\":\"!!\"}", "{\"b64\":\"/w==\"}", "{\"b64\":1}", "{\"\":{}}", "{\"\\ud800\":1}",
        "\"FP16\"", "\"BF16\"", "\"BYTES\"", "\"INT8\"", "\"UINT64\"", "\"BOOL\"", "\"fp32\"", "\"FP33\"", "\"2026-13-40T99:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"champion\"", "\"../../etc/passwd\"",
        Deep('[', ']', 40), Deep('[', ']', 70), Deep('[', ']', 5000), new string('[', 3000), new string('{', 100), "{\"a\":" + Deep('[', ']', 63) + "}", ",", ":", "\\", "/*x*/", "//x\n1", "\u00a0", "",
    ];

    static readonly string[] s_keys = ["", "a", "name", "shape", "datatype", "data", "parameters", "inputs", "outputs", "binary_data_size", "binary_data", "classification", "timeout", "priority", "rows", "explain", "\\ud800", "\\u0000", "constructor", "$type"];

    /// <summary>A damaged copy.</summary>
    public string Mutate(string json)
    {
        var root = JsonNode.Parse(json)!;
        var holes = new List<(string Mark, string Text)>();
        for (int i = random.NextInt(3) == 0 ? 1 + random.NextInt(3) : 1; i > 0 && root is JsonObject or JsonArray; i--) Edit(root, holes);
        var text = new StringBuilder(root.ToJsonString());
        foreach (var (mark, replacement) in holes) text.Replace(mark, replacement);
        return text.ToString();
    }

    void Edit(JsonNode root, List<(string, string)> holes)
    {
        var parents = new List<JsonNode>();
        Gather(root, parents);
        var parent = parents[random.NextInt(parents.Count)];
        string mark = $"{Hole}{holes.Count}#";
        if (parent is JsonObject members)
        {
            string[] names = [.. members.Select(m => m.Key)];
            string? name = names.Length > 0 ? names[random.NextInt(names.Length)] : null;
            switch (random.NextInt(7))
            {
                case 0 when name is not null: members.Remove(name); break;
                case 1 when name is not null:   // the same key twice, the second time with something else
                    members[$"{Twin}{holes.Count}#"] = mark;
                    holes.Add(($"{Twin}{holes.Count}#", name));
                    holes.Add(($"\"{mark}\"", random.NextInt(2) == 0 ? members[name]?.ToJsonString() ?? "null" : Painful()));
                    break;
                case 2 when name is not null:   // another key
                    var value = members[name];
                    members.Remove(name);
                    members.TryAdd(random.NextInt(2) == 0 ? name.ToUpperInvariant() : Pick(s_keys).Replace("\\ud800", "x", StringComparison.Ordinal), value?.DeepClone());
                    break;
                case 3:
                    members[$"{Twin}{holes.Count}#"] = mark;
                    holes.Add(($"{Twin}{holes.Count}#", Pick(s_keys)));
                    holes.Add(($"\"{mark}\"", Painful()));
                    break;
                default:
                    if (name is null) break;
                    members[name] = mark;
                    holes.Add(($"\"{mark}\"", Painful()));
                    break;
            }
        }
        else if (parent is JsonArray items)
        {
            int at = items.Count > 0 ? random.NextInt(items.Count) : -1;
            switch (random.NextInt(6))
            {
                case 0 when at >= 0: items.RemoveAt(at); break;
                case 1 when at >= 0: items.Add(items[at]?.DeepClone()); break;
                case 2 when at >= 0: items[at] = new JsonArray(items[at]?.DeepClone()); break;
                case 3 when at >= 0 && items[at] is JsonValue number && number.GetValueKind() == JsonValueKind.Number: items[at] = JsonValue.Create((random.NextDouble() - 0.5) * 1e6); break;
                default:
                    if (at < 0) items.Add(mark);
                    else items[at] = mark;
                    holes.Add(($"\"{mark}\"", Painful()));
                    break;
            }
        }
    }

    static void Gather(JsonNode node, List<JsonNode> parents)
    {
        parents.Add(node);
        foreach (var child in node is JsonObject members ? members.Select(m => m.Value) : (JsonArray)node)
            if (child is JsonObject or JsonArray) Gather(child, parents);
    }

    string Painful() => Pick(s_painful);

    string Pick(string[] all) => all[random.NextInt(all.Length)];

    static string Deep(char open, char close, int times) => new string(open, times) + new string(close, times);
}
