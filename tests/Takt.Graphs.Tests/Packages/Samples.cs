using System.Text.Json.Nodes;
using Takt.Data.Pipelines;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Data.Targets;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Graphs.Plans;
using Takt.Graphs.Tracing;
using Takt.Tensors;

namespace Takt.Graphs.Tests.Packages;

/// <summary>Small packages with random weights over a made-up press: enough to show everything but accuracy.</summary>
static class Samples
{
    public static Table Press(int rows = 60, ulong seed = 3)
    {
        var random = new Generator(seed);
        double[] torque = new double[rows], cycle = new double[rows];
        string?[] grade = new string?[rows];
        double[] cooled = new double[rows], fails = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            (torque[i], cycle[i], cooled[i]) = (40 + (10 * random.NextNormal()), i, random.NextInt(2));
            grade[i] = random.NextInt(3) switch { 0 => "L", 1 => "M", _ => "H" };
            fails[i] = torque[i] > 48 ? 1 : 0;
        }

        return new Table([
            new NumberColumn("Torque", torque, "Nm"), new TextColumn("Grade", grade), new NumberColumn("Cooled", cooled, null, isBoolean: true),
            new NumberColumn("Cycle", cycle), new NumberColumn("Failure", fails, null, isBoolean: true)]);
    }

    static readonly Dictionary<string, ColumnRole> s_roles = new() { ["Cycle"] = ColumnRole.Id, ["Failure"] = ColumnRole.Target };

    /// <summary>A classifier of two classes over single rows.</summary>
    public static Package Classifier(double threshold = 0.4, ulong seed = 5)
    {
        var table = Press();
        var schema = SchemaFitting.Fit(table, s_roles);
        var pipeline = Pipeline.Fit(table, schema, PrepareSpec.Auto);
        var random = new Generator(seed);
        Tensor w = Tensor.Uniform([8, pipeline.FeatureShape[0]], 1, random), b = Tensor.Uniform([8], 1, random), v = Tensor.Uniform([1, 8], 1, random);
        return Pack(table, schema, pipeline, TargetCoding.Classification(table, "Failure"), x => x.Linear(w, b).Relu().Linear(v).Sigmoid(), "classification", new Decision(threshold, "f1", 0.8));
    }

    /// <summary>A regression over windows of five rows, ordered by cycle.</summary>
    public static Package Windowed()
    {
        var table = Press();
        var schema = SchemaFitting.Fit(table, new Dictionary<string, ColumnRole> { ["Cycle"] = ColumnRole.Time, ["Torque"] = ColumnRole.Feature, ["Failure"] = ColumnRole.Ignored });
        var pipeline = Pipeline.Fit(table, schema, PrepareSpecReader.Read(JsonNode.Parse("""["auto", { "step": "window", "length": 5, "padding": "none" }]""")!));
        var random = new Generator(6);
        int features = pipeline.FeatureShape[1];
        Tensor wi = Tensor.Uniform([24, features], 1, random), wh = Tensor.Uniform([24, 6], 1, random), b = Tensor.Uniform([24], 1, random), v = Tensor.Uniform([1, 6], 1, random);
        return Pack(table, schema, pipeline, TargetCoding.Regression(table, "Torque"), x => x.Lstm(wi, wh, b).LastStep().Linear(v), "regression", new Decision());
    }

    /// <summary>A graph alone, as it comes from an ONNX file: <c>x</c> [batch, 2] to <c>y</c> = tanh(x·w), with w = (0.5, −0.25).</summary>
    public static Package Imported()
    {
        var w = Tensor.Of([0.5f, -0.25f], 1, 2);
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            ModelFile.Write(Tracer.Trace(x => x.Linear(w).Tanh(), Tensor.Of([1f, 2, 3, 4], 2, 2), new TraceNames { Input = "x", Output = "y" }), file);
            return OnnxImport.Read(file, "graph", DateTimeOffset.UnixEpoch);
        }
        finally
        {
            File.Delete(file);
        }
    }

    static Package Pack(Table table, Schema schema, Pipeline pipeline, TargetCoding target, Func<Tensor, Tensor> forward, string task, Decision decision)
    {
        var features = pipeline.Transform(table);
        var sample = Tensor.Of(features.Values, [features.Count, .. features.FeatureShape]);
        var model = Tracer.Trace(forward, sample, new TraceNames());
        var when = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
        return new Package
        {
            Name = "press-failure",
            Task = task,
            Created = when,
            Model = model,
            Pipeline = pipeline.ToJson(),
            Target = target.ToJson(),
            Schema = schema,
            Decision = decision,
            Metrics = JsonNode.Parse("""{ "test": { "f1": 0.81 } }""")!,
            Golden = GoldenCases.Record(Plan.Compile(model), forward, sample),
            Card = new ModelCard
            {
                Name = "press-failure",
                Task = task,
                Target = target.Name,
                Unit = target.Unit,
                Date = when,
                Network = "dense network 8, 65 parameters",
                IntendedUse = "Warn the press's operator.",
                Data = new CardData("press.csv", new string('a', 64), 40, 10, 10, "stratified, seed 7"),
                Inputs = [.. pipeline.Inputs.Select(CardColumn.Of)],
                Metrics = [new CardMetric("test", "F1", 0.81234, 0.7, 0.9)],
                Decision = decision,
                Limits = ["Learned from one press."],
                Spec = "name: press-failure",
                Seed = 7,
                Environment = new Dictionary<string, string> { ["processors"] = "2" },
            },
        };
    }
}
