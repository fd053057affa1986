using System.Text.Json.Nodes;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.Serving;

public class SamePredictionsTests
{
    [Fact]
    public async Task A_model_trained_on_the_command_line_gives_the_same_bits_there_and_over_http()
    {
        using var folder = new TemporaryFolder();
        Plant.WriteHistory(folder);
        Plant.WriteSpec(folder);
        var trained = await TaktProgram.RunAsync(folder.Path, "train", "spec.yaml", "--json");
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Equal(1, (int)trained.Json["version"]!);
        Assert.Equal("classification", (string?)trained.Json["task"]);
        Assert.True(File.Exists((string?)trained.Json["package"]));

        var rows = Rows(folder["line.csv"], 40);
        folder.Write("rows.jsonl", string.Join('\n', rows.Select(r => r.ToJsonString())));
        var predicted = await TaktProgram.RunAsync(folder.Path, "predict", "line-fault", "--data", "rows.jsonl", "--explain", "--json");
        Assert.True(predicted.ExitCode == 0, predicted.Error);
        Assert.Equal(rows.Count, predicted.Json["predictions"]!.AsArray().Count);

        using var server = await TaktServer.StartAsync(folder.Path);
        var (status, answer) = await Curl.PostAsync(new Uri(server.Address, "/api/models/line-fault/predict"),
            new JsonObject { ["rows"] = new JsonArray([.. rows.Select(r => r.DeepClone())]), ["explain"] = true }.ToJsonString());
        Assert.Equal(200, status);
        // As text: the same digits are the same bits, for every number is written with all the digits it needs.
        Assert.Equal(predicted.Json["predictions"]!.ToJsonString(), answer!["predictions"]!.ToJsonString());

        var inputs = await Infer(server, rows);
        var probabilities = inputs["outputs"]!.AsArray().Single(o => (string?)o!["name"] == "probability")!["data"]!.AsArray();
        var fromRows = answer["predictions"]!.AsArray().Select(p => (float)(double)p!["probability"]!);
        Assert.Equal(fromRows, probabilities.Select(p => (float)p!).Where((_, i) => i % 2 == 1));
    }

    /// <summary>The same rows through the Open Inference Protocol: one tensor a column, as the model's metadata asks for.</summary>
    static async Task<JsonNode> Infer(TaktServer server, List<JsonObject> rows)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var metadata = JsonNode.Parse(await http.GetStringAsync("/v2/models/line-fault"))!;
        var tensors = metadata["inputs"]!.AsArray().Select(input => (JsonNode)new JsonObject
        {
            ["name"] = (string?)input!["name"],
            ["datatype"] = (string?)input["datatype"],
            ["shape"] = new JsonArray(rows.Count),
            ["data"] = new JsonArray([.. rows.Select(r => r.First(p => Bare(p.Key) == (string?)input["name"]).Value!.DeepClone())]),
        });
        var (status, body) = await Curl.PostAsync(new Uri(server.Address, "/v2/models/line-fault/infer"), new JsonObject { ["inputs"] = new JsonArray([.. tensors]) }.ToJsonString());
        Assert.True(status == 200, body?.ToJsonString());
        return body!;
    }

    static string Bare(string header) => header.Split(" [")[0];

    /// <summary>Rows of a CSV as a client would send them: numbers as numbers, the target left out.</summary>
    static List<JsonObject> Rows(string csv, int count)
    {
        string[] lines = File.ReadAllLines(csv), header = lines[0].Split(',');
        return [.. lines.Skip(1).Take(count).Select(line => line.Split(',')).Select(cells => new JsonObject(header.Zip(cells)
            .Where(c => c.First is not ("Fault" or "Fault kind" or "Cycle"))
            .Select(c => KeyValuePair.Create(c.First, (JsonNode?)(double.TryParse(c.Second, out double number) ? JsonValue.Create(number) : JsonValue.Create(c.Second))))))];
    }
}
