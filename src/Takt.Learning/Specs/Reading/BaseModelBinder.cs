namespace Takt.Learning.Specs.Reading;

/// <summary>Makes the <see cref="BaseModelSpec"/> of a model section that says where to go on from.</summary>
static class BaseModelBinder
{
    /// <summary>Keys that describe a fresh network.</summary>
    static readonly string[] s_fresh = ["family", "hidden", "layers", "activation", "dropout", "ensemble"];

    /// <summary>Reads the section; null if it describes a fresh network.</summary>
    public static BaseModelSpec? Bind(SpecFields model, string? folder)
    {
        if (!model.Has("from"))
        {
            if (model.Has("train")) model.Report("train", "'train' in a model without 'from'", "the model to go on from", "Write 'from: model.onnx', or leave it out");
            return null;
        }

        foreach (string key in s_fresh)
            if (model.Has(key)) model.Report(key, $"'{key}' beside 'from'", "one of the two", $"Leave '{key}' out: the network is that of the model");
        var start = new BaseModelSpec { From = model.Text("from") ?? "" };
        if (!start.IsReference) DataBinder.CheckFile(model, "from", start.From, folder);
        return model.Node("train") switch
        {
            null or SpecScalar { Text: "all" } => start,
            SpecMap => start with { LastLayers = model.Section("train", "all, { last: 2 } or names of weights")!.Integer("last", 1, 1, 10_000) },
            _ => start with { Names = model.Texts("train") },
        };
    }
}
