using Takt.Learning.Layers;
using Takt.Learning.Specs;
using Takt.Tensors;

namespace Takt.Learning.Families;

/// <summary>Fully connected layers, each with its activation and dropout behind it, and a linear one at the end. A window is seen as one long row.</summary>
static class DenseFamily
{
    public static Layer Build(ModelSpec spec, Shape features, int outputs, Generator random)
    {
        var layers = new List<NamedLayer>();
        if (features.Rank > 1) layers.Add(new("flatten", new Flatten()));
        AddHead(layers, spec, features.Length, outputs, random);
        return new Sequential(layers);
    }

    /// <summary>The hidden layers and the output, from a row of <paramref name="inputs"/> numbers on.</summary>
    public static void AddHead(List<NamedLayer> layers, ModelSpec spec, int inputs, int outputs, Generator random)
    {
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            layers.Add(new($"hidden{i + 1}", new Linear(inputs, spec.Layers[i], random)));
            layers.Add(new($"activation{i + 1}", new ActivationLayer(spec.Activation)));
            if (spec.Dropout > 0) layers.Add(new($"dropout{i + 1}", new Dropout((float)spec.Dropout)));
            inputs = spec.Layers[i];
        }

        layers.Add(new("output", new Linear(inputs, outputs, random)));
    }
}
