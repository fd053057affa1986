using Takt.Learning.Layers;
using Takt.Tensors;

namespace Takt.Learning.Training;

/// <summary>Finds the first tensor of a step that is not finite: in the order weights, features, targets, operations forward, gradients backward.</summary>
static class Divergence
{
    public static string Find(Tape tape, Batch batch, IReadOnlyList<Parameter> parameters)
    {
        foreach (var (name, value) in parameters)
            if (IsBad(value)) return $"the parameter '{name}'";
        if (IsBad(batch.Inputs)) return "a feature of the batch";
        if (IsBad(batch.Targets)) return "a target of the batch";
        foreach (var record in tape.Records)
            if (IsBad(record.Output)) return $"the output of {record.Name}{Layer(record, tape.Records, parameters)}";
        foreach (var (name, value) in parameters.Reverse())
            if (value.Gradient is { } gradient && IsBad(gradient)) return $"the gradient of '{name}'";
        return "the length of the gradient";
    }

    /// <summary>Where in the network an operation stands: with which weights, or behind which.</summary>
    static string Layer(Record record, IReadOnlyList<Record> records, IReadOnlyList<Parameter> parameters)
    {
        if (NamesOf(record, parameters) is { Length: > 0 } own) return $" with {own}";
        var made = records.ToDictionary(r => r.Output);
        for (var before = record; before.Inputs.Any(made.ContainsKey);)
        {
            before = made[before.Inputs.First(made.ContainsKey)];
            if (NamesOf(before, parameters) is { Length: > 0 } names) return $" behind {before.Name} with {names}";
        }

        return "";
    }

    static string NamesOf(Record record, IReadOnlyList<Parameter> parameters) => string.Join(", ", parameters.Where(p => record.Inputs.Contains(p.Value)).Select(p => $"'{p.Name}'"));

    static bool IsBad(Tensor x)
    {
        if (x.Type != ElementType.Float32 || !x.IsContiguous) return false;   // places and masks are always finite; a view is as finite as what it is a view of
        foreach (float value in x.Values)
            if (!float.IsFinite(value)) return true;
        return false;
    }
}
