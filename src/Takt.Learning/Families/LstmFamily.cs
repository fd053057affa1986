using Takt.Learning.Layers;
using Takt.Learning.Specs;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Learning.Families;

/// <summary>LSTM layers over a window with dropout behind each, then the last step's state through the dense layers.</summary>
static class LstmFamily
{
    public static Layer Build(ModelSpec spec, Shape features, int outputs, Generator random)
    {
        if (features.Rank != 2)
            throw new InputException($"features of shape {features}", "windows, [steps, features]", "Add 'window: { length: 30 }' to the spec, or take 'family: dense'", "model.family");
        var layers = new List<NamedLayer>();
        int inputs = features[1];
        for (int i = 0; i < spec.Hidden.Count; i++)
        {
            layers.Add(new($"lstm{i + 1}", new Lstm(inputs, spec.Hidden[i], random)));
            if (i == spec.Hidden.Count - 1) layers.Add(new("last", new LastStep()));   // before the dropout: only that step goes on
            if (spec.Dropout > 0) layers.Add(new($"lstm_dropout{i + 1}", new Dropout((float)spec.Dropout)));
            inputs = spec.Hidden[i];
        }

        DenseFamily.AddHead(layers, spec, inputs, outputs, random);
        return new Sequential(layers);
    }
}
