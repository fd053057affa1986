using System.Text.Json.Nodes;
using Takt.Graphs.Tests.Packages;

namespace Takt.EndToEnd.Doors;

/// <summary><c>POST /api/models/{name}:explain</c> over real packages and an imported graph whose contributions are known in closed form.</summary>
public class ExplainTests : RegistryServer
{
    [Fact]
    public async Task Rows_are_explained_by_gradients_that_add_up_against_the_typical_row()
    {
        await RegisterAsync("press", Samples.Classifier(), "champion");
        var rows = new JsonArray([.. Rows()]);
        var predicted = (await PostAsync("/api/models/press/predict", new JsonObject { ["rows"] = rows.DeepClone() }))["predictions"]!.AsArray();
        var occluded = (await PostAsync("/api/models/press/predict?explain", new JsonObject { ["rows"] = rows.DeepClone() }))["predictions"]!.AsArray();
        var answer = await PostAsync("/api/models/press@champion:explain", new JsonObject { ["rows"] = rows.DeepClone() });
        Assert.Equal(("press", "1", "Failure"), (answer["model"]!.GetValue<string>(), answer["version"]!.GetValue<string>(), answer["target"]!.GetValue<string>()));
        var explained = answer["explanations"]!.AsArray();
        Assert.Equal(3, explained.Count);
        for (int i = 0; i < explained.Count; i++)
        {
            var one = explained[i]!;
            Assert.Equal("integrated-gradients", one["method"]!.GetValue<string>());
            Assert.Equal(predicted[i]!["value"]!.ToJsonString(), one["value"]!.ToJsonString());
            Assert.Equal(predicted[i]!["probability"]!.GetValue<double>(), Number(one, "score"));
            Assert.Equal(Number(occluded[i]!["explanation"]!, "baseline"), Number(one, "baseline"), tolerance: 1e-6);
            AssertAddsUp(one);
            Assert.Equal("Nm", one["contributions"]!.AsArray().Single(c => c!["column"]!.GetValue<string>() == "Torque")!["unit"]!.GetValue<string>());
        }

        var again = await PostAsync("/api/models/press:1:explain", new JsonObject { ["rows"] = rows.DeepClone(), ["method"] = "occlusion" });
        Assert.Equal(occluded.Select(p => p!["explanation"]!["contributions"]!.ToJsonString()), again["explanations"]!.AsArray().Select(e => e!["contributions"]!.ToJsonString()));
    }

    [Fact]
    public async Task Windows_are_explained_in_the_targets_unit()
    {
        await RegisterAsync("wear", Samples.Windowed());
        var rows = Enumerable.Range(0, 7).Select(i => (JsonNode)new JsonObject { ["Torque"] = 35 + (3 * i), ["Grade"] = "L", ["Cooled"] = i % 2 == 0, ["Cycle"] = i }).ToArray();
        var answer = await PostAsync("/api/models/wear:explain", new JsonObject { ["rows"] = new JsonArray(rows) });
        Assert.Equal("Nm", answer["unit"]!.GetValue<string>());
        Assert.Equal([4, 5, 6], answer["explanations"]!.AsArray().Select(e => e!["row"]!.GetValue<int>()));
        Assert.All(answer["explanations"]!.AsArray(), e => AssertAddsUp(e!));
        Assert.All(answer["explanations"]!.AsArray(), e => Assert.Equal(e!["value"]!.GetValue<double>(), Number(e, "score")));
    }

    [Fact]
    public async Task Bad_rows_are_told_and_good_ones_explained_when_asked_to()
    {
        await RegisterAsync("press", Samples.Classifier());
        var body = JsonNode.Parse("""{"rows":[{"Torque":"much","Grade":"L","Cooled":true},{"Torque":40,"Grade":"L","Cooled":true}]}""")!;
        Assert.Contains("Torque", (await PostAsync("/api/models/press:explain", body, 400))["detail"]!.GetValue<string>());
        body["onError"] = "skip";
        var answer = await PostAsync("/api/models/press:explain", body);
        Assert.Equal((1, 0), (answer["explanations"]!.AsArray().Single()!["row"]!.GetValue<int>(), answer["errors"]!.AsArray().Single()!["row"]!.GetValue<int>()));
    }

    /// <summary>For y = f(w·x) integrated gradients from zero are wᵢxᵢ / (w·x) · (f(w·x) − f(0)) (Sundararajan et al. 2017, proposition 1 and its proof); occlusion is f(w·x) − f(w·x − wᵢxᵢ).</summary>
    [Theory]
    [InlineData("integrated-gradients")]
    [InlineData("occlusion")]
    [InlineData("auto")]
    public async Task An_imported_graph_is_explained_element_by_element(string method)
    {
        await RegisterAsync("graph", Samples.Imported());
        double[][] x = [[3, 1], [-0.4, 2]];
        double[] w = [0.5, -0.25];
        var answer = await PostAsync("/api/models/graph:explain", JsonNode.Parse($$"""{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[3,1],[-0.4,2]]}],"method":"{{method}}"}""")!);
        Assert.Equal((method == "auto" ? "integrated-gradients" : method, "y"), (answer["method"]!.GetValue<string>(), answer["output"]!.GetValue<string>()));
        var contributions = answer["contributions"]![0]!;
        Assert.Equal(("x", "FP32", "[2,2]"), (contributions["name"]!.GetValue<string>(), contributions["datatype"]!.GetValue<string>(), contributions["shape"]!.ToJsonString()));
        float[] found = [.. contributions["data"]!.AsArray().Select(v => v!.GetValue<float>())];
        for (int row = 0; row < 2; row++)
        {
            double sum = (w[0] * x[row][0]) + (w[1] * x[row][1]), score = Math.Tanh(sum);
            var told = answer["explanations"]![row]!;
            Assert.Equal((score, 0.0), (Math.Round(Number(told, "score"), 6) - Math.Round(score, 6) + score, Number(told, "baseline")));
            if (method != "occlusion") AssertAddsUp(told);
            for (int i = 0; i < 2; i++)
            {
                double expected = method == "occlusion" ? score - Math.Tanh(sum - (w[i] * x[row][i])) : w[i] * x[row][i] / sum * score;
                Assert.Equal(expected, found[(2 * row) + i], tolerance: method == "occlusion" ? 1e-6 : 0.01);
            }
        }
    }

    [Fact]
    public async Task A_baseline_of_the_callers_own_moves_the_zero()
    {
        await RegisterAsync("graph", Samples.Imported());
        const string X = """{"name":"x","shape":[1,2],"datatype":"FP32","data":[3,1]}""";
        var answer = await PostAsync("/api/models/graph:explain", JsonNode.Parse($$"""{"inputs":[{{X}}],"baseline":[{{X.Replace("[3,1]", "[3,0]")}}],"index":0,"output":"y"}""")!);
        Assert.Equal(Math.Tanh(1.5), Number(answer["explanations"]![0]!, "baseline"), tolerance: 1e-6);
        double[] found = [.. answer["contributions"]![0]!["data"]!.AsArray().Select(v => v!.GetValue<double>())];
        Assert.Equal(0, found[0]);
        Assert.Equal(Math.Tanh(1.25) - Math.Tanh(1.5), found[1], tolerance: 1e-3);
    }

    [Theory]
    [InlineData("press", """{"rows":[{"Torque":40}],"method":"magic"}""", "\"auto\" or \"integrated-gradients\" or \"occlusion\"")]
    [InlineData("press", """{"rows":[{"Torque":40}],"index":1}""", "'index' beside rows")]
    [InlineData("press", """{}""", "no field 'rows'")]
    [InlineData("press", """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}]}""", "no input 'Torque'")]
    [InlineData("graph", """{"rows":[{"x":40}]}""", "Send tensors as 'inputs'")]
    [InlineData("graph", """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}],"index":5,"output":"y"}""", "index 5; expected 0 to 0")]
    [InlineData("graph", """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}],"output":"z"}""", "output 'z'; expected y")]
    [InlineData("graph", """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}],"baseline":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}""", "baseline 'x': FP32 [1, 3]; expected FP32 [1, 2]")]
    [InlineData("graph", """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32"}]}""", "no 'data'")]
    [InlineData("graph", """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}],"baseline":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}],"method":"occlusion"}""", "baseline[0]: binary_data_size; expected 'data'. This call takes JSON alone")]
    [InlineData("graph", """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}""", "inputs[0]: binary_data_size")]
    [InlineData("graph", """{"inputs":[],"rows":[]}""", "'rows' beside inputs")]
    public async Task Wrong_questions_are_told_with_the_way_out(string model, string body, string told)
    {
        await RegisterAsync("press", Samples.Classifier());
        await RegisterAsync("graph", Samples.Imported());
        Assert.Contains(told, (await PostAsync($"/api/models/{model}:explain", JsonNode.Parse(body)!, 400))["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task Another_model_is_not_found_and_the_page_shows_the_sum()
    {
        await RegisterAsync("press", Samples.Classifier());
        await PostAsync("/api/models/pres:explain", JsonNode.Parse("""{"rows":[{"Torque":40}]}""")!, 404);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["Torque"] = "61", ["Grade"] = "L", ["Cooled"] = "true" });
        using var response = await Http.PostAsync(new Uri("/models/press/try", UriKind.Relative), form);
        string page = await response.Content.ReadAsStringAsync();
        Assert.Contains("By gradients along the way", page);
        Assert.Contains("All inputs together", page);
    }

    /// <summary>Within a hundredth of what is explained, as the paper asks.</summary>
    static void AssertAddsUp(JsonNode explanation)
    {
        var completeness = explanation["completeness"]!;
        Assert.Equal(Number(explanation, "score") - Number(explanation, "baseline"), Number(completeness, "difference"), tolerance: 1e-9);
        Assert.Equal(Number(completeness, "difference") - Number(completeness, "sum"), Number(completeness, "unexplained"), tolerance: 1e-9);
        Assert.InRange(Math.Abs(Number(completeness, "unexplained")), 0, Math.Max(0.01 * Math.Abs(Number(completeness, "difference")), 2e-3 * Math.Max(1, Math.Abs(Number(explanation, "score")))));
        if (explanation["contributions"] is JsonArray contributions) Assert.Equal(Number(completeness, "sum"), contributions.Sum(c => Number(c!, "effect")), tolerance: 1e-9);
    }

    static double Number(JsonNode of, string name) => of[name]!.GetValue<double>();
}
