using System.Text.Json.Nodes;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
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
