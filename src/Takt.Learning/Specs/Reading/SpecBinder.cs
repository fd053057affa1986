using System.Text.Json.Nodes;
using Takt.Data.Pipelines;
using Takt.Data.Pipelines.Steps;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;

namespace Takt.Learning.Specs.Reading;

/// <summary>Makes a <see cref="TrainSpec"/> of nodes: the top level, window and model. Whatever is wrong is added to the problems.</summary>
static class SpecBinder
{
    /// <summary>Tasks the design knows that are not trained from a table: they get a sentence of their own.</summary>
    static readonly string[] OtherTasks =
    [
        "anomaly", "forecast", "image-classification", "audio-classification", "text-classification", "translation", "recommendation", "generation",
    ];

    public static TrainSpec? Bind(SpecNode root, string? folder, List<Problem> problems)
    {
        if (root is not SpecMap map)
        {
            problems.Add(new Problem($"{root.Description} instead of a spec", "keys such as name, task and data", "Begin with 'name: press-failure'", root.Where));
            return null;
        }

        var fields = new SpecFields(map, "", problems);
        string name = fields.RequiredText("name", "'name: press-failure', the model's name in the registry");
        if (fields.Has("name") && ResourceName.ProblemOf(name, "model name", fields.Where("name")) is { } problem) problems.Add(problem);

        LearningTask? task = TaskOf(fields);
        var (prepare, hasWindowStep) = PrepareOf(fields, problems);
        WindowSpec? window = WindowOf(fields);
        if (window is not null && hasWindowStep)
            fields.Report("window", "a window beside a window step in prepare", "one of the two", "Leave 'window' out, or the step");
        ModelSpec model = ModelOf(fields, hasWindow: window is not null || hasWindowStep, folder);
        if (model.Family == ModelFamily.Lstm && !hasWindowStep) window ??= new WindowSpec();

        if (!fields.Has("data")) fields.ReportMissing("data", "'data: { file: press.csv, target: failure }'");
        DataSpec? data = fields.Section("data", "{ file: press.csv, target: failure }") is { } section ? DataBinder.Bind(section, ref task, folder) : null;
        var train = TrainingBinder.Bind(fields.Section("train", "keys such as { epochs: 60, batch: 128 }"), model.Family, task);
        return new TrainSpec
        {
            Name = name,
            Task = task,
            Data = data ?? new DataSpec { File = "", Target = TargetSpec.Of("") },
            Prepare = prepare,
            Window = window,
            Model = model,
            Train = train,
            Folder = folder,
        };
    }

    static LearningTask? TaskOf(SpecFields fields)
    {
        if (fields.Node("task") is not SpecScalar { Text: var word } || !OtherTasks.Any(t => SpecKeys.Same(t, word)))
            return fields.Choose<LearningTask>("task");
        fields.Report("task", $"task '{word}'", $"{string.Join(" or ", SpecNames.Of<LearningTask>())}", "This version trains these two, from tables");
        return null;
    }

    /// <summary>The steps as written, read once by their own reader so that what is wrong with them is told along with the rest.</summary>
    static (JsonNode? Steps, bool HasWindow) PrepareOf(SpecFields fields, List<Problem> problems)
    {
        if (fields.Node("prepare") is not { } node || node is SpecScalar { Text: "auto" }) return (null, false);
        JsonNode? steps = node.ToJson();
        var read = PrepareSpecReader.Read(steps, problems, where: path => PreparePlaces.Of(node, path));   // columns are checked once the data is read
        return (steps, read.Steps.Any(s => s is Window));
    }

    static WindowSpec? WindowOf(SpecFields fields)
    {
        const int longest = 10_000;
        if (fields.Node("window") is SpecScalar) return new WindowSpec { Length = fields.Integer("window", 30, 1, longest) };
        if (fields.Section("window", "a length or { length: 30, stride: 1 }") is not { } window) return null;
        var defaults = new WindowSpec();
        return new WindowSpec
        {
            Length = window.Integer("length", defaults.Length, 1, longest),
            Stride = window.Integer("stride", defaults.Stride, 1, longest),
            Padding = window.Choice("padding", defaults.Padding),
        };
    }

    static ModelSpec ModelOf(SpecFields fields, bool hasWindow, string? folder)
    {
        var byWindow = hasWindow ? ModelFamily.Lstm : ModelFamily.Dense;
        var defaults = new ModelSpec();
        if (fields.Section("model", "keys such as { family: dense, layers: [64, 32] }") is not { } model)
            return new ModelSpec { Family = byWindow, Layers = byWindow == ModelFamily.Lstm ? [] : defaults.Layers };

        if (BaseModelBinder.Bind(model, folder) is { } start) return new ModelSpec { Family = ModelFamily.Dense, Base = start };

        const int widest = 16_384, deepest = 64;
        var family = model.Choice("family", byWindow);
        if (family == ModelFamily.Dense && model.Has("hidden"))
            model.Report("hidden", "hidden with the family dense", "layers", "Write the sizes under layers, or take the family lstm");
        var layers = model.Integers("layers", 1, widest) ?? (family == ModelFamily.Lstm ? [] : defaults.Layers);
        var hidden = model.Integers("hidden", 1, widest) ?? defaults.Hidden;
        if (layers.Count > deepest) model.Report("layers", $"{layers.Count} layers", $"at most {deepest}");
        if (hidden.Count is 0 or > 8) model.Report("hidden", $"{hidden.Count} recurrent layers", "1 to 8");
        return new ModelSpec
        {
            Family = family,
            Layers = layers,
            Hidden = hidden,
            Activation = model.Choice("activation", defaults.Activation),
            Dropout = model.Number("dropout", defaults.Dropout, 0, 0.95),
            Ensemble = model.Integer("ensemble", defaults.Ensemble, 1, 50),
        };
    }
}
