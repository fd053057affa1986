using Takt.Data.Pipelines.Steps;
using Takt.Data.Schemas;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines.Specs;

/// <summary>What can be told of a list of steps before any data is seen.</summary>
static class SpecChecks
{
    /// <summary>The steps with columns by their names alone (<c>Torque [Nm]</c> is <c>Torque</c>), checked against the schema.</summary>
    /// <exception cref="InputException">Everything that is wrong with them.</exception>
    public static IReadOnlyList<StepSpec> Resolve(IReadOnlyList<StepSpec> steps, Schema schema)
    {
        var problems = new List<Problem>();
        var found = new SpecProblems(problems, where: null);
        string[] paths = [.. steps.Select((s, i) => $"step {i + 1} ({s.Step})")];
        steps = [.. steps.Select(s => s.Columns is null ? s : s with { Columns = [.. s.Columns.Select(n => NameOf(n, schema))] })];
        Order(steps, paths, found);
        Columns(steps, paths, schema, found);
        return problems.Count > 0 ? throw new InputException(problems) : steps;
    }

    static string NameOf(string written, Schema schema) =>
        schema.Find(written) is null && schema.Columns.FirstOrDefault(c => c.Header == written) is { } column ? column.Name : written;

    /// <summary>A window ends the list and there is only one.</summary>
    public static void Order(IReadOnlyList<StepSpec> steps, IReadOnlyList<string> paths, SpecProblems problems)
    {
        for (int i = 0; i < steps.Count - 1; i++)
            if (steps[i] is Window)
                problems.Add(paths[i], "step window stands before other steps", "window as the last step", "Move it to the end");
    }

    /// <summary>Every column that a step names is in the schema or made by an earlier step, and is not the target.</summary>
    public static void Columns(IReadOnlyList<StepSpec> steps, IReadOnlyList<string> paths, Schema schema, SpecProblems problems)
    {
        var known = schema.Columns.Select(c => c.Name).ToList();
        for (int i = 0; i < steps.Count; i++)
        {
            foreach (string name in steps[i].Columns ?? []) Column(NameOf(name, schema), "columns", i);
            foreach (string name in steps[i].AlsoReads) Column(name, null, i);
            foreach (string name in steps[i].Makes)
            {
                if (schema.Find(name) is not null)
                    problems.Add(paths[i], $"step {steps[i].Step} makes a column '{name}', which the data already has", "a new name");
                known.Add(name);
            }
        }

        // 'Type = L', 'Torque missing': named by what the data holds, which is not known yet
        static bool IsMadeFrom(string column, string name) =>
            name.StartsWith(column + " ", StringComparison.Ordinal) && !name.StartsWith(column + " [", StringComparison.Ordinal);

        void Column(string name, string? key, int i)
        {
            string path = key is null ? paths[i] : $"{paths[i]}.{key}";
            if (schema.Find(name) is { } column)
            {
                if (column.Role == ColumnRole.Target)
                    problems.Add(path, $"the target '{name}' {steps[i].PlaceOf(name)}", "input columns only", "The target is not known when the model predicts");
            }
            else if (!known.Exists(k => name == k || IsMadeFrom(k, name)))
            {
                problems.Add(path, $"no column '{name}' {steps[i].PlaceOf(name)}", "a column of the data", NearestName.Suggest(name, known));
            }
        }
    }
}
