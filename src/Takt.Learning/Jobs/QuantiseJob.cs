using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Data.Pipelines;
using Takt.Data.Readers;
using Takt.Graphs.Packages;
using Takt.Graphs.Plans;
using Takt.Graphs.Quantising;
using Takt.Protocols.Problems;

namespace Takt.Learning.Jobs;

/// <summary>What became of a model.</summary>
/// <param name="Package">The smaller model, ready to be registered.</param>
/// <param name="Model">Its graph and the sizes before and after.</param>
/// <param name="Before">What the original is worth on the rows.</param>
/// <param name="After">What the smaller one is worth on the same rows.</param>
public sealed record QuantiseReport(Package Package, QuantisedModel Model, EvaluationReport Before, EvaluationReport After)
{
    /// <summary>The figures that people ask for first: before, after.</summary>
    public IReadOnlyList<(string Name, double? Before, double? After)> Changes { get; } =
        [.. Before.Metrics.Headline().Zip(After.Metrics.Headline(), (b, a) => (b.Name, b.Value.Value, a.Value.Value))];
}

/// <summary>Makes a packaged model smaller and tells what that costs in accuracy.</summary>
public static class QuantiseJob
{
    /// <summary>Samples that activations are watched on: more change a percentile little.</summary>
    const int CalibrationSamples = 1024;

    /// <summary>Samples run together while watched: every activation of them is kept for a moment.</summary>
    const int BatchSize = 64;

    /// <summary>Quantises a model.</summary>
    /// <param name="predictor">The model, ready to answer.</param>
    /// <param name="file">A table with the model's inputs and its target: rows to calibrate with and to judge by.</param>
    /// <param name="options">What it becomes.</param>
    /// <param name="created">When.</param>
    /// <param name="reading">How to read the table.</param>
    /// <param name="stop">Ends the work between two batches.</param>
    /// <exception cref="InputException">The table cannot be read, or nothing of the model can be quantised.</exception>
    public static QuantiseReport Run(Predictor predictor, string file, QuantiseOptions options, DateTimeOffset created, ReadOptions? reading = null, CancellationToken stop = default)
    {
        var before = EvaluateJob.Run(predictor, file, options: reading, stop: stop);
        var original = predictor.Package;
        var model = options.Apply(original.Model, options.StoresOnly ? [] : Samples(predictor, file, reading, stop), stop);
        var cases = original.Golden!;
        var golden = cases with { Outputs = Plan.Compile(model.Model).Run(cases.Inputs, [.. cases.InputSizes], stop), GreatestDifference = 0 };
        var package = original with { Model = model.Model, Source = null, Golden = golden, Created = created };
        var after = EvaluateJob.Run(new Predictor(package), file, options: reading, stop: stop);
        var report = new QuantiseReport(package, model, before, after);
        return report with { Package = Describe(report, options, Path.GetFileName(file)) };
    }

    static List<IReadOnlyList<NamedTensor>> Samples(Predictor predictor, string file, ReadOptions? reading, CancellationToken stop)
    {
        var rows = TableReader.Read(file, (reading ?? new()) with { Schema = predictor.Pipeline.Schema }, stop: stop).Table;
        var batch = predictor.Pipeline.Transform(rows, WindowRows.Every);
        int width = batch.FeatureShape.Aggregate(1, (product, size) => product * size), count = Math.Min(batch.Count, CalibrationSamples);
        string input = predictor.Plan.Inputs[0].Name;
        var samples = new List<IReadOnlyList<NamedTensor>>();
        for (int start = 0; start < count; start += BatchSize)
        {
            int length = Math.Min(BatchSize, count - start);
            float[] values = new float[length * width];
            for (int i = 0; i < length; i++)   // evenly spread over the table
                batch.Values.AsSpan((int)((long)(start + i) * batch.Count / count) * width, width).CopyTo(values.AsSpan(i * width));
            samples.Add([NamedTensor.Of<float>(input, values, [length, .. batch.FeatureShape])]);
        }

        return samples;
    }

    /// <summary>The card says what was done and what it cost; the metrics of the training parts stay those of the original, and say so.</summary>
    static Package Describe(QuantiseReport report, QuantiseOptions options, string file)
    {
        string change = string.Join(", ", report.Changes.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Name} {c.Before:G4} → {c.After:G4}")));
        var card = report.Package.Card;
        var metrics = report.Package.Metrics.DeepClone();
        if (metrics is JsonObject parts) parts["quantised"] = new JsonObject { ["data"] = report.After.Sha256, ["before"] = report.Before.Metrics.ToJson(), ["after"] = report.After.Metrics.ToJson() };
        return report.Package with
        {
            Metrics = metrics,
            Card = card with
            {
                Network = $"{card.Network}, {options}",
                Limits = [.. card.Limits, $"Quantised ({options}): the metrics above are those of the original; on {file} it changed them so: {change}."],
            },
        };
    }
}
