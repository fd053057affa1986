using System.Diagnostics;
using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Specs;
using Takt.Tensors;

namespace Takt.Learning.Families;

/// <summary>Makes networks from specs.</summary>
public static class Network
{
    /// <summary>A network with starting weights; it gives the objective's outputs, without the output function.</summary>
    /// <param name="spec">Family and sizes.</param>
    /// <param name="features">Shape of one sample.</param>
    /// <param name="outputs">Units of the last layer.</param>
    /// <param name="random">Source of the starting weights.</param>
    /// <exception cref="Takt.Protocols.Problems.InputException">The family does not take such features.</exception>
    public static Layer Build(ModelSpec spec, Shape features, int outputs, Generator random) => spec.Family switch
    {
        ModelFamily.Dense => DenseFamily.Build(spec, features, outputs, random),
        ModelFamily.Lstm => LstmFamily.Build(spec, features, outputs, random),
        _ => throw new UnreachableException(),
    };

    /// <summary>The network that is served: the trained members, each with its output function, averaged if there are several.</summary>
    public static Layer Served(IReadOnlyList<Layer> members, Objective objective)
    {
        Layer[] answering = [.. members.Select(m => new Answering(m, objective))];
        return answering.Length == 1 ? answering[0] : new Ensemble(answering);
    }

    /// <summary>A network with its output function behind it.</summary>
    sealed class Answering(Layer network, Objective objective) : Layer
    {
        public override IReadOnlyList<NamedLayer> Children => network.Children;

        public override IReadOnlyList<Parameter> OwnParameters => network.OwnParameters;

        public override Tensor Forward(Tensor x, Mode mode) => objective.Answer(network.Forward(x, mode));

        public override string? ToString() => network.ToString();
    }
}
