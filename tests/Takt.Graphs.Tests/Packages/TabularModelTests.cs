using System.Text.Json.Nodes;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Graphs.Checking.Rows;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Tests.Packages;

/// <summary>Imported graphs whose inputs have been given column names answer rows.</summary>
public sealed class TabularModelTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("takt-tabular-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static ColumnSchema[] Columns(params string[] headers) => [.. headers.Select(ColumnName.Parse).Select(c => new ColumnSchema(c.Name, ColumnKind.Number, ColumnRole.Feature, c.Unit))];

    static TabularModel Of(ModelProto proto, params string[] headers)
    {
        var model = new TensorModel(proto);
        return new TabularModel(model, TabularSchema.Bind(model, Columns(headers)));
    }

    static (IReadOnlyList<RowPrediction> Predictions, IReadOnlyList<RowProblem> Problems) Ask(TabularModel model, params string[] rows)
    {
        var (predictions, problems, _) = model.Predict([.. rows.Select(r => JsonNode.Parse(r)!.AsObject())], TimeProvider.System);
        return (predictions, problems);
    }

    [Fact]
    public void A_classifier_gives_its_label_and_the_probabilities_of_its_classes()
    {
        var model = Of(ClassicPipelines.Classifier(), "Torque [Nm]", "Wear [mm]");
        Assert.Equal(("classification", "output_label"), (model.Task, model.Target));
        var (predictions, problems) = Ask(model, """{"Torque": 50, "Wear [mm]": 3}""", """{"Torque": 40, "Wear": 2.5}""", """{"Torque": null, "Wear": 4}""", """{"Wear": 3}""");
        Assert.Empty(problems);
        Assert.Equal(["bad", "good", "bad"], predictions.Take(3).Select(p => p.Value.ToString()));
        double[] scores = [1, -1, 2, 0];   // (50 − 40)/10 + 2·(3 − 3), and so on; what is missing counts as the mean
        Assert.All(predictions, (p, i) => Assert.Equal(1 / (1 + Math.Exp(-scores[i])), p.Probability!.Value, 1e-6));
        Assert.All(predictions, p => Assert.Equal(1, p.Probabilities!["good"] + p.Probabilities["bad"], 1e-6));
    }

    [Fact]
    public void An_input_a_column_takes_texts_and_whole_numbers_and_says_which_row_is_wrong()
    {
        var model = Of(ClassicPipelines.Mixed(), "size [mm]", "grade", "count");
        Assert.Equal([ColumnKind.Number, ColumnKind.Text, ColumnKind.Number], model.Schema.Columns.Select(c => c.Kind));
        var (predictions, problems) = Ask(model,
            """{"size": 1.5, "grade": "b", "count": 2}""", """{"size": 1.5, "grade": "b", "count": 2.5}""", """{"size": 2, "grade": null, "count": 1}""",
            """{"size": null, "grade": "a", "count": 1}""", """{"size": 2, "grade": "a", "count": 0}""", """{"size [m]": 2, "grade": "a", "count": 0}""");
        Assert.Equal([(0, 117.0), (4, 20.0)], predictions.Select(p => (p.Row, p.Value.GetValue<double>())));
        Assert.Equal([1, 2, 3, 5], problems.Select(p => p.Row));
        Assert.Contains("whole number", problems[0].Problem.Expected);
        Assert.Equal("grade", problems[1].Problem.Where);
        Assert.Contains("no value of size", problems[2].Problem.Found);
        Assert.Contains("comes in m", problems[3].Problem.Found);
    }

    [Fact]
    public void Columns_that_do_not_fit_are_told()
    {
        Assert.Contains("3 columns", Assert.Throws<InputException>(() => Of(ClassicPipelines.Classifier(), "a", "b", "c")).Message);
        Assert.Contains("2 times", Assert.Throws<InputException>(() => Of(ClassicPipelines.Classifier(), "a", "a")).Message);
        var builder = new GraphBuilder("g");
        builder.Input("image", DataType.Float, ["n", 3, 8, 8]);
        builder.Output(builder.Node("Flatten", ["image"]));
        Assert.Contains("rows of columns", Assert.Throws<InputException>(() => Of(builder.Build(), "a")).Message);
        builder = new GraphBuilder("g");
        builder.Input("x", DataType.Float, ["n", 1]);
        builder.Output(builder.Node("Concat", ["x", "x", "x"], null, ("axis", 1L)));
        Assert.Contains("one label or number a row", Assert.Throws<InputException>(() => Of(builder.Build(), "a")).Message);
    }

    [Fact]
    public void A_package_keeps_the_columns()
    {
        string file = Path.Combine(_folder, "net.onnx");
        ModelFile.Write(ClassicPipelines.Classifier(), file);
        using var bytes = new MemoryStream(PackageFile.ToBytes(OnnxImport.Read(file, "press", DateTimeOffset.UnixEpoch, Columns("Torque [Nm]", "Wear [mm]"))));
        var package = PackageFile.Read(bytes, "test.takt");
        Assert.True(package.IsGraphAlone);
        Assert.Equal(("classification", "output_label"), (package.Task, package.Card.Target));
        Assert.Equal(["Torque [Nm]", "Wear [mm]"], package.Schema!.Columns.Select(c => c.Header));
        Assert.Contains("Torque", package.Card.ToMarkdown());
        Assert.Equal(File.ReadAllBytes(file), package.Source!.Bytes);
        Assert.Null(RowIndependence.Obstacle(package.Model));   // and its rows may be computed together
    }

    [Fact]
    public void A_sequence_comes_out_as_one_tensor_of_its_items()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", DataType.Float, ["n", 4]);
        builder.Node("SplitToSequence", ["x", builder.Integers("each", [2], scalar: true)], "parts", ("axis", 1L));
        var model = builder.Build();
        model.Graph.Output.Add(new ValueInfoProto { Name = "parts", Type = new TypeProto { SequenceType = new() { ElemType = new TypeProto { TensorType = new() { ElemType = (int)DataType.Float, Shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension(), new TensorShapeProto.Types.Dimension { DimValue = 2 } } } } } } } });
        var found = new TensorModel(model);
        Assert.Equal([-1, -1, 2], found.Outputs.Single().Metadata().Shape);
        var parts = found.Infer([InferTensor.Of("x", [1f, 2, 3, 4, 5, 6, 7, 8], 2, 4)])[0];
        Assert.Equal([2, 2, 2], parts.Shape);
        Assert.Equal([1f, 2, 5, 6, 3, 4, 7, 8], parts.Elements<float>().ToArray());
        Assert.NotNull(RowIndependence.Obstacle(model));

        model.Graph.Node[0].Input[1] = "uneven";
        model.Graph.Initializer.Add(new TensorProto { Name = "uneven", DataType = (int)DataType.Int64, Dims = { 2 }, Int64Data = { 1, 3 } });
        Assert.Contains("items of one size", Assert.Throws<InputException>(() => new TensorModel(model).Infer([InferTensor.Of("x", [1f, 2, 3, 4], 1, 4)])).Message);
    }
}
