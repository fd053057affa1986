using Takt.Learning.Layers;
using Takt.Tensors;

namespace Takt.Learning.Training;

/// <summary>Finds the first tensor of a step that is not finite: in the order weights, inputs, operations forward, gradients backward.</summary>
static class Divergence
{
    public static string Find(Tape tape, Tensor inputs, IReadOnlyList<Parameter> parameters)
    {
        foreach (var (name, value) in parameters)
            if (IsBad(value)) return $"the parameter '{name}'";
        if (IsBad(inputs)) return "a feature of the batch";
        foreach (var record in tape.Records)
            if (IsBad(record.Output)) return $"the output of {record.Name}{With(record, parameters)}";
        foreach (var (name, value) in parameters.Reverse())
            if (value.Gradient is { } gradient && IsBad(gradient)) return $"the gradient of '{name}'";
        return "the length of the gradient";
    }

    static string With(Record record, IReadOnlyList<Parameter> parameters)
    {
        string[] names = [.. parameters.Where(p => record.Inputs.Contains(p.Value)).Select(p => $"'{p.Name}'")];
        return names.Length == 0 ? "" : $" with {string.Join(", ", names)}";
    }

    static bool IsBad(Tensor x)
    {
        if (x.Type != ElementType.Float32) return false;   // places and masks are always finite
        foreach (float value in x.Values)
            if (!float.IsFinite(value)) return true;
        return false;
    }
}
