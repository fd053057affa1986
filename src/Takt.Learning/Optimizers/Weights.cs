using Takt.Learning.Layers;

namespace Takt.Learning.Optimizers;

/// <summary>All weights of a network as one row of numbers.</summary>
public static class Weights
{
    /// <summary>Copies the weights out, in the order of the parameters.</summary>
    public static float[] Save(IReadOnlyList<Parameter> parameters)
    {
        float[] saved = new float[parameters.Sum(p => p.Value.Length)];
        Save(parameters, saved);
        return saved;
    }

    /// <inheritdoc cref="Save(IReadOnlyList{Parameter})"/>
    public static void Save(IReadOnlyList<Parameter> parameters, Span<float> saved)
    {
        foreach (var (_, value) in parameters)
        {
            value.Values.CopyTo(saved);
            saved = saved[value.Length..];
        }
    }

    /// <summary>Copies saved weights back in.</summary>
    public static void Load(IReadOnlyList<Parameter> parameters, ReadOnlySpan<float> saved)
    {
        foreach (var (_, value) in parameters)
        {
            saved[..value.Length].CopyTo(value.Values);
            saved = saved[value.Length..];
        }
    }
}
