using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Data.Schemas;
using Takt.Graphs.Packages;
using Takt.Graphs.Plans;
using Takt.Graphs.Tracing;
using Takt.Learning.Jobs.Data;
using Takt.Learning.Layers;
using Takt.Learning.Specs;
using Takt.Tensors;

namespace Takt.Learning.Jobs;

/// <summary>Makes the package of a trained network: graph, golden cases, card.</summary>
static class Packaging
{
    /// <summary>Rows of the training part that trained network and graph are compared on; a dozen would say as much, these cost no more.</summary>
    const int GoldenRows = 16;

    public static Package Of(TrainSpec spec, TrainingData data, Learner learner, Decision decision, JsonObject metrics, ModelCard card, DateTimeOffset now)
    {
        Tensor Forward(Tensor x) => learner.Served.Forward(x, Mode.Evaluation);
        var cases = GoldenInputs(data.Training.Samples);
        var model = learner.Imported is { } imported ? imported.ToModel() : Tracer.Trace(Forward, cases, new TraceNames
        {
            Graph = spec.Name,
            Parameters = [.. learner.Served.Parameters().Select(p => (p.Name, p.Value))],
        });
        return new Package
        {
            Name = spec.Name,
            Task = TaskName(data.Task),
            Created = now,
            Model = model,
            Pipeline = data.Pipeline.ToJson(),
            Target = data.Coding.ToJson(),
            Schema = data.Pipeline.Schema,
            Decision = decision,
            Metrics = metrics,
            Card = card,
            Golden = GoldenCases.Record(Plan.Compile(model), Forward, cases),
        };
    }

    public static ModelCard CardOf(TrainSpec spec, TrainingData data, Learner learner, Decision decision, IReadOnlyList<(string Part, PartMetrics Metrics)> metrics, DateTimeOffset now) => new()
    {
        Name = spec.Name,
        Task = TaskName(data.Task),
        Target = data.Coding.Name,
        Unit = data.Coding.Unit,
        Date = now,
        Network = NetworkInWords(spec.Model, learner.Served.ParameterCount()),
        IntendedUse = $"Predict '{data.Coding.Name}' from {data.Pipeline.Inputs.Count} columns of rows like those of {Path.GetFileName(spec.Data.File)}.",
        Data = new(spec.Data.File, data.Sha256, data.Training.Samples.Count, data.Validation?.Samples.Count ?? 0, data.Test?.Samples.Count ?? 0, SplitInWords(spec)),
        Inputs = [.. data.Pipeline.Inputs.Select(CardColumn.Of)],
        Metrics = [.. metrics.SelectMany(m => m.Metrics.Headline().Where(h => h.Value.Value is not null)
            .Select(h => new CardMetric(m.Part, h.Name, h.Value.Value!.Value, h.Value.Low, h.Value.High)))],
        Decision = data.Coding.Positive is null ? null : decision,
        Limits = LimitsOf(data),
        Spec = TrainSpecWriter.ToYaml(spec),
        Seed = spec.Train.Seed,
        Environment = RunEnvironment.Now().ToDictionary(),
    };

    public static string TaskName(LearningTask task) => task == LearningTask.Classification ? "classification" : "regression";

    /// <summary>Samples spread over the training part.</summary>
    static Tensor GoldenInputs(Training.Samples samples)
    {
        int count = Math.Min(GoldenRows, samples.Count), width = samples.Shape.Length;
        var inputs = Tensor.Zeros([count, .. samples.Shape.Sizes]);
        for (int i = 0; i < count; i++)
            samples.Features.AsSpan((int)((long)i * samples.Count / count) * width, width).CopyTo(inputs.Values[(i * width)..]);
        return inputs;
    }

    static string NetworkInWords(ModelSpec model, long parameters)
    {
        if (model.Base is { } start)
        {
            string trained = start.Names is { } names ? string.Join(", ", names) : start.LastLayers is { } last ? $"the last {last} layers" : "all weights";
            return string.Create(CultureInfo.InvariantCulture, $"{start.From}, trained further: {trained}, {parameters:N0} parameters");
        }

        string dense = string.Join('-', model.Layers);
        string one = model.Family == ModelFamily.Lstm
            ? $"LSTM {string.Join('-', model.Hidden)}{(dense.Length == 0 ? "" : $", dense {dense}")}"
            : dense.Length == 0 ? "linear model" : $"dense network {dense}";
        return string.Create(CultureInfo.InvariantCulture, $"{(model.Ensemble > 1 ? $"{model.Ensemble} times " : "")}{one}, {parameters:N0} parameters");
    }

    static string SplitInWords(TrainSpec spec)
    {
        var split = spec.Data.Split;
        string test = spec.Data.Test is { } file ? $"test file {file.File}" : split.TestRows is null ? string.Create(CultureInfo.InvariantCulture, $"test {split.Test:P0}") : "named test rows";
        string by = split.By switch { SplitBy.Group => "by group", SplitBy.Time => "by time", _ => "at random" };
        return string.Create(CultureInfo.InvariantCulture, $"{by}, {test}, validation {split.Validation:P0} of the rest, seed {split.Seed}");
    }

    static List<string> LimitsOf(TrainingData data)
    {
        var limits = new List<string>();
        if (data.Pipeline.Inputs.Any(c => c.Role == ColumnRole.Feature && c.Minimum is not null))
            limits.Add("Outside the ranges above the model extrapolates: its answers there were never checked.");
        if (data.Test is null) limits.Add("No rows were kept for a test: the figures flatter.");
        limits.AddRange(data.Notes);
        return limits;
    }
}
