using System.Text.Json.Nodes;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Graphs.Tests.Packages;
using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.EndToEnd.Doors;

/// <summary>Graphs from elsewhere over the real server.</summary>
public sealed class ImportedGraphTests : RegistryServer
{
    [Fact]
    public async Task Calls_are_batched_only_where_the_graph_keeps_rows_apart()
    {
        await ImportAsync("apart", g => g.Node("Softmax", [g.Node("MatMul", ["x", g.Weights("w", [1, 2, 3, 4, 5, 6], 3, 2)])]));
        await ImportAsync("coupled", g => g.Node("Softmax", [g.Node("MatMul", ["x", g.Weights("w", [1, 2, 3, 4, 5, 6], 3, 2)])], null, ("axis", 0L)));
        Assert.True((await GetAsync("/v2/models/apart/config"))["max_batch_size"]!.GetValue<int>() > 1);
        Assert.Equal(0, (await GetAsync("/v2/models/coupled/config"))["max_batch_size"]!.GetValue<int>());

        // Many at once: whoever is computed together, each gets what it gets alone.
        foreach (string model in (string[])["apart", "coupled"])
        {
            string[] alone = new string[40];
            for (int i = 0; i < alone.Length; i++) alone[i] = await AskAsync(model, i);
            Assert.Equal(alone, await Task.WhenAll(Enumerable.Range(0, alone.Length).Select(i => Task.Run(() => AskAsync(model, i)))));
        }
    }

    [Fact]
    public async Task Named_columns_open_every_door_for_rows()
    {
        string file = Path.Combine(Home, "press.onnx");
        ModelFile.Write(ClassicPipelines.Classifier(), file);
        ColumnSchema[] columns = [new("Torque", ColumnKind.Number, ColumnRole.Feature, "Nm"), new("Wear", ColumnKind.Number, ColumnRole.Feature, "mm")];
        await RegisterAsync("press", OnnxImport.Read(file, "press", DateTimeOffset.UnixEpoch, columns));

        var rows = JsonNode.Parse("""{"rows":[{"Torque":50,"Wear":3},{"Torque [Nm]":null,"Wear":2},{"Torque":"broken","Wear":2}],"onError":"skip"}""")!;
        var answer = await PostAsync("/api/models/press/predict", rows);
        Assert.Equal(["bad", "good"], answer["predictions"]!.AsArray().Select(p => p!["value"]!.GetValue<string>()));
        Assert.Equal(0.7310586, answer["predictions"]![0]!["probability"]!.GetValue<double>(), 1e-6);
        Assert.Equal(2, answer["errors"]![0]!["row"]!.GetValue<int>());

        var classes = await PostAsync("/v1/models/press:classify", JsonNode.Parse("""{"examples":[{"Torque":50,"Wear":3}]}""")!);
        Assert.Equal("bad", classes["results"]![0]![0]![0]!.GetValue<string>());
        var frame = await PostAsync("/invocations?model=press", JsonNode.Parse("""{"dataframe_split":{"columns":["Torque","Wear"],"data":[[50,3]]}}""")!);
        Assert.Equal("bad", frame["predictions"]![0]!.GetValue<string>());
        // and tensors as before: a sequence of maps is one tensor of scores
        var tensors = await PostAsync("/v2/models/press/infer", JsonNode.Parse("""{"inputs":[{"name":"float_input","shape":[1,2],"datatype":"FP32","data":[50,3]}],"outputs":[{"name":"output_probability","parameters":{"classification":1}}]}""")!);
        Assert.EndsWith(":1:bad", tensors["outputs"]![0]!["data"]![0]!.GetValue<string>(), StringComparison.Ordinal);

        string page = await Http.GetStringAsync(new Uri("/models/press/try", UriKind.Relative));
        Assert.Contains("Torque", page);
        Assert.Contains("Nm", page);

        // Without a value the graph fills in its mean (40 and 3): torque takes the score from 0 to 1, wear nothing.
        var why = (await PostAsync("/api/models/press:explain", rows.DeepClone()))["explanations"]![0]!;
        Assert.Equal(("occlusion", 0.5), (why["method"]!.GetValue<string>(), why["baseline"]!.GetValue<double>()));
        var contributions = why["contributions"]!.AsArray();
        Assert.Equal(("Torque", "Nm", 50.0, null), (contributions[0]!["column"]!.GetValue<string>(), contributions[0]!["unit"]!.GetValue<string>(), contributions[0]!["value"]!.GetValue<double>(), contributions[0]!["typical"]));
        Assert.Equal(0.2310586, contributions[0]!["effect"]!.GetValue<double>(), 1e-6);
        Assert.Equal(0, contributions[1]!["effect"]!.GetValue<double>());
        Assert.Contains("'inputs'", (await PostAsync("/api/models/press:explain", JsonNode.Parse("""{"rows":[{"Torque":50,"Wear":3}],"method":"integrated-gradients"}""")!, 400))["detail"]!.GetValue<string>());
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["Torque"] = "50", ["Wear"] = "3" });
        using var tried = await Http.PostAsync(new Uri("/models/press/try", UriKind.Relative), form);
        Assert.Contains("output_label = bad", await tried.Content.ReadAsStringAsync());
    }

    async Task<string> AskAsync(string model, int i)
    {
        int rows = 1 + (i % 3);
        var answer = await PostAsync($"/v2/models/{model}/infer", JsonNode.Parse($$"""{"inputs":[{"name":"x","shape":[{{rows}},3],"datatype":"FP32","data":[{{string.Join(',', Enumerable.Range(0, rows * 3).Select(k => (i + k) % 7))}}]}]}""")!);
        return answer["outputs"]!.ToJsonString();
    }

    async Task ImportAsync(string name, Func<GraphBuilder, string> make)
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", DataType.Float, ["batch", 3]);
        builder.Output(make(builder), DataType.Float, ["batch", 2]);
        string file = Path.Combine(Home, $"{name}.onnx");
        ModelFile.Write(builder.Build(), file);
        await RegisterAsync(name, OnnxImport.Read(file, name, DateTimeOffset.UnixEpoch));
    }
}
