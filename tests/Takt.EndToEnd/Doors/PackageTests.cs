using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Graphs.Packages;
using Takt.Graphs.Tests.Packages;
using Takt.Protocols.Rows;

namespace Takt.EndToEnd.Doors;

/// <summary>Real packages through the real registry: what the server says is what the package says, to the last bit.</summary>
public sealed class PackageTests : RegistryServer
{
    [Fact]
    public async Task Rows_over_http_are_the_packages_own_answers_to_the_last_bit()
    {
        string file = await RegisterAsync("press", Samples.Classifier(), "champion");
        JsonObject[] rows = Rows();
        var expected = Predictor.Load(file).Predict(rows, explain: true).Predictions;
        var answer = await PostAsync("/api/models/press/predict?explain", new JsonObject { ["rows"] = new JsonArray([.. rows.Select(r => r.DeepClone())]) });
        Assert.Equal(JsonSerializer.Serialize(expected, RowsJson.Default.IReadOnlyListRowPrediction), answer["predictions"]!.ToJsonString());
        Assert.Equal(("press", "1", "classification", "Failure"),
            (answer["model"]!.GetValue<string>(), answer["version"]!.GetValue<string>(), answer["task"]!.GetValue<string>(), answer["target"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Tensors_say_the_same_as_rows()
    {
        await RegisterAsync("press", Samples.Classifier());
        JsonObject[] rows = Rows();
        var metadata = JsonNode.Parse(await Http.GetStringAsync(new Uri("/v2/models/press", UriKind.Relative)))!;
        var inputs = metadata["inputs"]!.AsArray().Select(input => new JsonObject
        {
            ["name"] = input!["name"]!.DeepClone(),
            ["datatype"] = input["datatype"]!.DeepClone(),
            ["shape"] = new JsonArray(rows.Length),
            ["data"] = new JsonArray([.. rows.Select(r => Column(r[input["name"]!.GetValue<string>()]))]),
        });
        var tensors = await PostAsync("/v2/models/press/infer", new JsonObject { ["inputs"] = new JsonArray([.. inputs]) });
        var answer = await PostAsync("/api/models/press/predict", new JsonObject { ["rows"] = new JsonArray([.. rows]) });
        var labels = tensors["outputs"]!.AsArray().Single(o => o!["name"]!.GetValue<string>() == "value")!["data"]!.AsArray();
        Assert.Equal(answer["predictions"]!.AsArray().Select(p => p!["value"]!.ToString()), labels.Select(l => l!.GetValue<string>()));
        float[] probabilities = [.. tensors["outputs"]!.AsArray().Single(o => o!["name"]!.GetValue<string>() == "probability")!["data"]!.AsArray().Select(p => p!.GetValue<float>())];
        Assert.Equal(answer["predictions"]!.AsArray().Select(p => (float)p!["probability"]!.GetValue<double>()), probabilities.Where((_, i) => i % 2 == 1));

        static JsonNode? Column(JsonNode? value) => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? value.GetValue<bool>() ? 1 : 0 : value?.DeepClone();
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused_not_mended()
    {
        await RegisterAsync("press", Samples.Classifier());
        JsonNode Asked(string packed) => JsonNode.Parse($$"""{"inputs":{"Torque":[51.5],"Grade":[{"b64":"{{packed}}"}],"Cooled":[1]} }""")!;
        await PostAsync("/v1/models/press:predict", Asked("TA==")); // L
        Assert.Equal("tensor 'Grade': bytes that are no UTF-8; expected texts in UTF-8.", (await PostAsync("/v1/models/press:predict", Asked("TP8="), 400))["error"]!.GetValue<string>());
        Assert.Contains("as element 0", (await PostAsync("/v1/models/press:predict", Asked("!"), 400))["error"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("press")]
    [InlineData("graph")]
    public async Task Preparation_and_graph_are_told_apart_everywhere(string model)
    {
        await RegisterAsync("press", Samples.Classifier());
        await RegisterAsync("graph", Samples.Imported());
        if (model == "press") await PostAsync("/api/models/press/predict?explain", new JsonObject { ["rows"] = new JsonArray([.. Rows()]) });
        else await PostAsync("/v2/models/graph/infer", JsonNode.Parse("""{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]}]}""")!);

        var counted = (await GetAsync($"/v2/models/{model}/stats"))["model_stats"]![0]!;
        long Ns(JsonNode of, string phase) => of[phase]!["ns"]!.GetValue<long>();
        foreach (var sums in new[] { counted["inference_stats"]!, counted["batch_stats"]![0]! })
        {
            Assert.InRange(Ns(sums, "compute_input"), 1, long.MaxValue);
            Assert.InRange(Ns(sums, "compute_infer"), 1, long.MaxValue);
            Assert.InRange(Ns(sums, "compute_output"), 1, long.MaxValue);
        }

        var whole = counted["inference_stats"]!;
        Assert.InRange(Ns(whole, "queue") + Ns(whole, "compute_input") + Ns(whole, "compute_infer") + Ns(whole, "compute_output"), 1, Ns(whole, "success"));
        var samples = ExpositionReader.Read(await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        Assert.InRange(samples[$"takt_serving_duration_seconds_sum{{model=\"{model}\",phase=\"pipeline\",version=\"1\"}}"], 1e-9, 60);
        Assert.InRange(samples[$"takt_serving_duration_seconds_sum{{model=\"{model}\",phase=\"compute\",version=\"1\"}}"], 1e-9, 60);
        Assert.DoesNotContain("together with compute", await Http.GetStringAsync(new Uri($"/deployments/{model}", UriKind.Relative)));
    }

    [Fact]
    public async Task The_energy_of_predictions_is_told_by_metrics_deployments_and_their_page()
    {
        await RegisterAsync("press", Samples.Classifier());
        for (int i = 0; i < 20; i++) await PostAsync("/api/models/press/predict", new JsonObject { ["rows"] = new JsonArray([.. Rows()]) });
        var energy = (await GetAsync("/api/deployments/press"))["versions"]![0]!["energy"]!;
        string source = energy["source"]!.GetValue<string>();
        Assert.Contains(source, (string[])["package", "estimate"]);   // as this machine has it
        var samples = ExpositionReader.Read(await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        double joules = samples[$"takt_serving_energy_joules_total{{model=\"press\",source=\"{source}\",version=\"1\"}}"], cpu = samples["takt_serving_cpu_seconds_total{model=\"press\",version=\"1\"}"];
        Assert.InRange(cpu, 1e-6, 60);
        if (source == "estimate") Assert.Equal(10 * cpu, joules, tolerance: 1e-9);
        Assert.InRange(energy["joulesPerRow"]!.GetValue<double>(), 0, joules);
        Assert.Contains(source == "estimate" ? "estimated from CPU time" : "counters", await Http.GetStringAsync(new Uri("/deployments/press", UriKind.Relative)));
    }

    [Fact]
    public async Task Windows_answer_once_they_are_complete_and_say_what_they_need()
    {
        await RegisterAsync("wear", Samples.Windowed());
        var rows = Enumerable.Range(0, 7).Select(i => (JsonNode)new JsonObject { ["Torque [Nm]"] = 40 + i, ["Grade"] = "L", ["Cooled"] = true, ["Cycle"] = i }).ToArray();
        var answer = await PostAsync("/api/models/wear/predict", new JsonObject { ["rows"] = new JsonArray([.. rows.Select(r => r.DeepClone())]) });
        Assert.Equal([4, 5, 6], answer["predictions"]!.AsArray().Select(p => p!["row"]!.GetValue<int>()));
        answer = await PostAsync("/api/models/wear/predict", new JsonObject { ["rows"] = new JsonArray([.. rows[..3]]) }, 400);
        Assert.Contains("at least 5", answer["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task Numbers_beyond_all_experience_get_an_answer_or_a_problem()
    {
        await RegisterAsync("press", Samples.Classifier());
        await RegisterAsync("wear", Samples.Windowed());
        foreach (string number in new[] { "1e300", "-1e300", "1e38", "1e-320", "-0.0" })
        {
            string row = $$"""{"Torque":{{number}},"Grade":"nobody knows","Cooled":null,"Cycle":1}""";
            foreach (string model in new[] { "press", "wear" })
            {
                using var response = await Http.PostAsync(new Uri($"/api/models/{model}/predict?explain", UriKind.Relative),
                    new StringContent($$"""{"rows":[{{string.Join(',', Enumerable.Repeat(row, 5))}}]}""", Encoding.UTF8, "application/json"));
                Assert.True((int)response.StatusCode is 200 or 400, $"{number}: {(int)response.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task A_damaged_package_is_not_served_and_says_so()
    {
        string file = await RegisterAsync("press", Samples.Classifier());
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        var answer = await PostAsync("/api/models/press/predict", new JsonObject { ["rows"] = new JsonArray([.. Rows()]) }, 503);
        Assert.Contains("package of press:1", answer["detail"]!.GetValue<string>());
        Assert.DoesNotContain(Home, answer.ToJsonString());
    }

    [Fact]
    public async Task Models_are_listed_shown_and_promoted_and_the_next_prediction_follows()
    {
        await RegisterAsync("press", Samples.Classifier(), "champion");
        var rows = new JsonObject { ["rows"] = new JsonArray([.. Rows()]) };
        Assert.Equal("1", (await PostAsync("/api/models/press/predict", rows))["version"]!.GetValue<string>());
        await RegisterAsync("press", Samples.Classifier(threshold: 0.9));
        var list = await GetAsync("/api/models");
        Assert.Equal("""{"champion":1}""", list["models"]![0]!["aliases"]!.ToJsonString());
        Assert.Equal([1, 2], list["models"]![0]!["versions"]!.AsArray().Select(v => v!["number"]!.GetValue<int>()));
        Assert.Equal(1, list["models"]![0]!["default"]!.GetValue<int>());

        var moved = await PostAsync("/api/models/press/aliases", new JsonObject { ["alias"] = "champion", ["version"] = 2 });
        Assert.Equal("""{"champion":2}""", moved["aliases"]!.ToJsonString());
        Assert.Equal("2", (await PostAsync("/api/models/press/predict", rows))["version"]!.GetValue<string>());
        var shown = await GetAsync("/api/models/press");
        Assert.Equal((2, "f1"), (shown["version"]!["number"]!.GetValue<int>(), shown["card"]!["metric"]!.GetValue<string>()));
        Assert.Equal(2, shown["aliasMoves"]!.AsArray().Count);

        Assert.Contains("no version 7", (await PostAsync("/api/models/press/aliases", new JsonObject { ["alias"] = "champion", ["version"] = 7 }, 404))["detail"]!.GetValue<string>());
        Assert.Contains("'version'", (await PostAsync("/api/models/press/aliases", new JsonObject { ["alias"] = "x", ["versoin"] = 7 }, 400))["detail"]!.GetValue<string>());
        Assert.Contains("alias 'No Good'", (await PostAsync("/api/models/press/aliases", new JsonObject { ["alias"] = "No Good", ["version"] = 1 }, 400))["detail"]!.GetValue<string>());
        Assert.Contains("Did you mean 'press'?", (await GetAsync("/api/models/pres", 404))["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task Another_processs_promotion_is_followed_within_two_seconds()
    {
        await RegisterAsync("press", Samples.Classifier(), "champion");
        var rows = new JsonObject { ["rows"] = new JsonArray([.. Rows()]) };
        await PostAsync("/api/models/press/predict", rows);
        await RegisterAsync("press", Samples.Classifier(threshold: 0.9), "champion");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while ((await PostAsync("/api/models/press/predict", rows))["version"]!.GetValue<string>() != "2")
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), "the promotion was not followed"); // two seconds on a machine that does nothing else
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task Runs_are_listed_and_shown()
    {
        Registry.Runs.Begin("r-1", "press", """{"name":"press"}""", "7", "/somewhere");
        Registry.Runs.End("r-1", Protocols.Models.RunStatus.Failed, "the loss became infinite");
        var list = await GetAsync("/api/runs?limit=5");
        Assert.Equal(("r-1", "failed"), (list["runs"]![0]!["id"]!.GetValue<string>(), list["runs"]![0]!["status"]!.GetValue<string>()));
        var run = await GetAsync("/api/runs/r-1");
        Assert.Equal(("press", "the loss became infinite"), (run["spec"]!["name"]!.GetValue<string>(), run["run"]!["failure"]!.GetValue<string>()));
        Assert.DoesNotContain("/somewhere", run.ToJsonString());
        await GetAsync("/api/runs/r-2", 404);
        Assert.Contains("limit=0", (await GetAsync("/api/runs?limit=0", 400))["detail"]!.GetValue<string>());
    }
}
