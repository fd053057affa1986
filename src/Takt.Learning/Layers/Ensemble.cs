using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Networks that were trained apart, each from its own starting weights, and answer with the mean (Lakshminarayanan et al. 2017, "deep ensembles").</summary>
/// <remarks>Traced, the members become one graph; their answers are averaged behind the output function, so classes average probabilities.</remarks>
/// <param name="members">At least one, all of one shape.</param>
public sealed class Ensemble(IReadOnlyList<Layer> members) : Layer
{
    /// <inheritdoc/>
    public override IReadOnlyList<NamedLayer> Children { get; } = [.. members.Select((m, i) => new NamedLayer($"member{i + 1}", m))];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode)
    {
        var sum = members[0].Forward(x, mode);
        for (int i = 1; i < members.Count; i++) sum += members[i].Forward(x, mode);
        return members.Count == 1 ? sum : sum * (1f / members.Count);
    }
}
