using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Schemas;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines;

/// <summary>Reads the <c>prepare</c> part of a train spec: the word <c>auto</c>, or a list of steps, each a name (<c>standardise</c>) or a map (<c>{ step: impute, with: median }</c>).</summary>
public static class PrepareSpecReader
{
    /// <summary>What each step's keys are read by, in the order in which steps usually stand.</summary>
    static readonly OrderedDictionary<string, Func<StepKeys, StepSpec>> Steps = new()
    {
        ["auto"] = Auto.Read,
        ["drop"] = Drop.Read,
        ["derive"] = Derive.Read,
        ["impute"] = Impute.Read,
        ["clip"] = Clip.Read,
        ["smooth"] = Smooth.Read,
        ["lag"] = Lag.Read,
        ["log"] = Log.Read,
        ["condition"] = Condition.Read,
        ["standardise"] = Standardise.Read,
        ["min-max"] = MinMax.Read,
        ["robust"] = Robust.Read,
        ["one-hot"] = OneHot.Read,
        ["ordinal"] = Ordinal.Read,
        ["frequency"] = Frequency.Read,
        ["date-parts"] = DateParts.Read,
        ["window"] = Window.Read,
    };

    /// <summary>The names of all steps.</summary>
    public static IReadOnlyCollection<string> StepNames => Steps.Keys;

    /// <summary>Reads a spec and throws if anything is wrong with it.</summary>
    /// <param name="prepare">The value of <c>prepare</c>; null (the key is not there) means <c>auto</c>.</param>
    /// <param name="schema">The dataset's schema; with it the column names are checked too. Null leaves that to <see cref="Pipeline.Fit"/>.</param>
    /// <param name="where">From the path of a value (<c>$.prepare[2].with</c>: <see cref="JsonNode.GetPath"/> of <paramref name="prepare"/> and on) to its place in words; null leaves the path.</param>
    /// <exception cref="InputException">Unknown steps, keys, values or columns: all of them, each with the nearest right name.</exception>
    public static PrepareSpec Read(JsonNode? prepare, Schema? schema = null, Func<string, string?>? where = null)
    {
        var problems = new List<Problem>();
        var spec = Read(prepare, problems, schema, where);
        return problems.Count > 0 ? throw new InputException(problems) : spec;
    }

    /// <summary>Reads a spec and adds what is wrong with it to the problems of a larger spec; the answer is of use only if nothing was added.</summary>
    /// <inheritdoc cref="Read(JsonNode?, Schema?, Func{string, string?}?)"/>
    public static PrepareSpec Read(JsonNode? prepare, ICollection<Problem> problems, Schema? schema = null, Func<string, string?>? where = null)
    {
        if (prepare is null) return PrepareSpec.Auto;
        var found = new SpecProblems(problems, where);
        string root = prepare.GetPath();
        if (prepare is not JsonArray list)
        {
            if (prepare is JsonObject || prepare.GetValueKind() == JsonValueKind.String) list = [prepare.DeepClone()];
            else
            {
                found.Add(root, $"prepare: {prepare.ToJsonString()}", "auto, or a list of steps");
                return PrepareSpec.Auto;
            }
        }

        var steps = new List<StepSpec>();
        var paths = new List<string>();
        for (int i = 0; i < list.Count; i++)
        {
            string path = ReferenceEquals(list, prepare) ? $"{root}[{i}]" : root;
            if (ReadStep(list[i], path, found) is not { } step) continue;
            steps.Add(step);
            paths.Add(path);
        }

        if (list.Count == 0) found.Add(root, "prepare is an empty list", "at least one step", "Write prepare: auto");
        SpecChecks.Order(steps, paths, found);
        if (schema is not null) SpecChecks.Columns(steps, paths, schema, found);
        return new(steps);
    }

    static StepSpec? ReadStep(JsonNode? node, string path, SpecProblems problems)
    {
        if (node is JsonValue && node.GetValueKind() == JsonValueKind.String) node = new JsonObject { ["step"] = node.GetValue<string>() };
        if (node is not JsonObject map || map["step"] is not JsonValue name)
        {
            string meant = (node as JsonObject)?.Select(key => key.Key).FirstOrDefault(Steps.ContainsKey) ?? "impute"; // - impute: { with: median }
            problems.Add(path, node is JsonObject ? "a step without its name" : $"a step written as {node?.ToJsonString() ?? "nothing"}", $"{{ step: {meant}, … }}",
                $"The steps are: {string.Join(", ", Steps.Keys)}");
            return null;
        }

        string step = name.ToString();
        if (!Steps.TryGetValue(step, out var read))
        {
            problems.Add($"{path}.step", $"unknown step '{step}'", "a known step", NearestName.Suggest(step, Steps.Keys));
            return null;
        }

        var keys = new StepKeys(step, map, path, problems);
        var spec = read(keys);
        keys.RefuseOthers();
        return spec;
    }
}
