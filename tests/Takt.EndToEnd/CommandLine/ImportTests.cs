using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Takt.EndToEnd.Program;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Graphs.Tests.Packages;
using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.EndToEnd.CommandLine;

/// <summary>A model from elsewhere through the whole program: imported, shown, verified, asked on every door, exported.</summary>
public sealed class ImportTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_from_elsewhere_is_imported_served_and_given_back()
    {
        string file = Foreign();
        var imported = await RunAsync("models", "import", file, "--name", "foreign");
        Assert.Equal("tokens", imported.Json["inputs"]![0]!["name"]!.GetValue<string>());
        Assert.Equal("INT64", imported.Json["inputs"]![0]!["datatype"]!.GetValue<string>());
        Assert.Equal("[-1,-1]", imported.Json["inputs"]![0]!["shape"]!.ToJsonString());
        Assert.Equal("[\"lines\",\"length\"]", imported.Json["inputs"]![0]!["sizes"]!.ToJsonString());
        Assert.Equal(2, imported.Json["cases"]!.GetValue<int>());

        Assert.True((await RunAsync("models", "verify", "foreign")).Json["passed"]!.GetValue<bool>());
        Assert.Contains("foreign", (await RunAsync("models", "list")).Output);
        var shown = await TaktProgram.RunAsync(_folder.Path, "models", "show", "foreign");
        Assert.Contains("| in | tokens | INT64 | [lines, length] |", shown.Output);
        Assert.Contains("\"datatype\": \"INT64\"", shown.Output);

        var profile = (await RunAsync("models", "show", "foreign", "--profile", "--runs", "3")).Json;
        Assert.Equal(3, profile["runs"]!.GetValue<int>());
        Assert.Equal(1, profile["nodes"]!.AsArray().Sum(n => n!["share"]!.GetValue<double>()), tolerance: 1e-6);

        string request = _folder.Write("request.json", (await TaktProgram.RunAsync(_folder.Path, "models", "show", "foreign", "--sample")).Output);
        var predicted = await RunAsync("predict", "foreign", "--data", request);
        Assert.Equal(["vectors", "count", "same"], predicted.Json["outputs"]!.AsArray().Select(o => o!["name"]!.GetValue<string>()));

        using (var server = await TaktServer.StartAsync(_folder.Path))
        {
            using var client = new HttpClient { BaseAddress = server.Address };
            var about = await client.GetFromJsonAsync<JsonNode>("v2/models/foreign");
            Assert.Equal("[-1,-1,3]", about!["outputs"]![0]!["shape"]!.ToJsonString());
            var (status, body) = await Curl.PostAsync(new Uri(server.Address, "v2/models/foreign/infer"), await File.ReadAllTextAsync(request));
            Assert.Equal(200, status);
            Assert.Equal(predicted.Json["outputs"]!.ToJsonString(), body!["outputs"]!.ToJsonString());
            // each input has open sizes of its own
            var (sizes, answer) = await Curl.PostAsync(new Uri(server.Address, "v2/models/foreign/infer"), """
                {"inputs": [{"name": "tokens", "shape": [1, 2], "datatype": "INT64", "data": [3, 9]}, {"name": "places", "shape": [3], "datatype": "BYTES", "data": ["a", "b", "ü"]}]}
                """);
            Assert.Equal(200, sizes);
            Assert.Equal("[2.25,2.5,2.75,6.75,7,7.25]", answer!["outputs"]![0]!["data"]!.ToJsonString());
            Assert.Equal("ü", answer["outputs"]![2]!["data"]![2]!.GetValue<string>());
            var (refused, why) = await Curl.PostAsync(new Uri(server.Address, "api/models/foreign/predict"), "{\"rows\": [{\"a\": 1}]}");
            Assert.Equal(400, refused);
            Assert.Contains("takes tensors", why!.ToJsonString());
            string page = await client.GetStringAsync("models/foreign");
            Assert.Contains("tokens", page);
            Assert.Contains("INT64", page);
            Assert.DoesNotContain("/models/foreign/try", page);
            Assert.Contains("foreign", await client.GetStringAsync("models"));
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await client.GetAsync("models/foreign/try")).StatusCode);
        }

        await RunAsync("models", "export", "foreign", "--out", _folder["again.onnx"]);
        Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(_folder["again.onnx"]));
        await RunAsync("models", "export", "foreign", "--out", _folder["again.takt"]);
        Assert.Equal(2, (await RunAsync("models", "import", _folder["again.takt"], "--name", "foreign")).Json["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task Columns_named_at_the_import_make_a_model_of_rows_that_goes_out_and_in_again()
    {
        ModelFile.Write(ClassicPipelines.Classifier(), _folder["press.onnx"]);
        var imported = await RunAsync("models", "import", _folder["press.onnx"], "--name", "press", "--columns", "Torque [Nm], Wear [mm]");
        Assert.Equal("Nm", imported.Json["columns"]![0]!["unit"]!.GetValue<string>());
        await RunAsync("models", "export", "press", "--out", _folder["press.takt"]);
        await RunAsync("models", "import", _folder["press.takt"], "--name", "again");
        var predicted = await RunAsync("predict", "again", "--data", _folder.Write("rows.csv", "Torque [Nm],Wear [mm]\n50,3\n,2\n"));
        Assert.Equal(["bad", "good"], predicted.Json["predictions"]!.AsArray().Select(p => p!["value"]!.GetValue<string>()));
        var wrong = await TaktProgram.RunAsync(_folder.Path, "models", "import", _folder["press.onnx"], "--columns", _folder.Write("names.txt", "Torque [Nm]\nWear\nSpeed\n"), "--json");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("3 columns", wrong.Output);
    }

    [Fact]
    public async Task What_cannot_be_imported_is_told_whole_and_leaves_nothing()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        builder.Output(builder.Node("Fourier", [builder.Node("Wavelet", ["x"])], "y"), null, 3);
        string file = _folder["unknown.onnx"];
        ModelFile.Write(builder.Build(), file);
        var outcome = await TaktProgram.RunAsync(_folder.Path, "models", "import", file, "--name", "unknown", "--json");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal(2, outcome.Json["problems"]!.AsArray().Count);
        Assert.Equal(2, (await TaktProgram.RunAsync(_folder.Path, "models", "import", _folder.Write("no.onnx", "no model"), "--json")).ExitCode);
        Assert.Empty((await RunAsync("models", "list")).Json["models"]!.AsArray());
    }

    async Task<Outcome> RunAsync(params string[] words)
    {
        var outcome = await TaktProgram.RunAsync(_folder.Path, [.. words, "--json"]);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        return outcome;
    }

    /// <summary>Token numbers [lines, length] to vectors [lines, length, 3], how many tokens there were, and texts of a number of their own.</summary>
    string Foreign()
    {
        var builder = new GraphBuilder("g");
        builder.Input("tokens", DataType.Int64, ["lines", "length"]);
        builder.Output(builder.Node("Gather", [builder.Weights("table", [.. Enumerable.Range(0, 30).Select(i => i * 0.25f)], 10, 3), "tokens"], "vectors"), DataType.Float, ["lines", "length", 3]);
        builder.Output(builder.Node("Shape", ["tokens"], "count"), DataType.Int64, [2]);
        builder.Input("places", DataType.String, ["places"]);
        builder.Output(builder.Node("Identity", ["places"], "same"), DataType.String, ["places"]);
        ModelFile.Write(builder.Build(), _folder["foreign.onnx"]);
        return _folder["foreign.onnx"];
    }
}
