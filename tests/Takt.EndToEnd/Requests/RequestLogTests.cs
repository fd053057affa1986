using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Takt.EndToEnd.Doors;
using Takt.Graphs.Tests.Packages;
using Takt.Protocols.Deployments;
using Takt.Registry.Requests;

namespace Takt.EndToEnd.Requests;

/// <summary>What callers asked through every door, found again over HTTP.</summary>
public sealed class RequestLogTests : RegistryServer
{
    [Fact]
    public async Task A_call_through_every_door_is_found_with_its_payload()
    {
        await DeployAsync(new RequestLogSpec { Share = 1, Payloads = true });
        await PostAsync("/api/models/press/predict", new JsonObject { ["rows"] = new JsonArray([.. Rows()]), ["parameters"] = new JsonObject { ["station"] = "S3" } });
        await PostAsync("/v2/models/press@champion/infer", Tensors("r-2"));
        await PostAsync("/v1/models/press/versions/1:predict", JsonNode.Parse("""{"instances":[{"Torque":51.5,"Grade":"L","Cooled":1}]}""")!);
        await PostAsync("/invocations?model=press:1", new JsonObject { ["dataframe_records"] = new JsonArray(Rows()[0]) });
        await GrpcClient.CallAsync(GrpcAddress.Authority, """
            [{"method":"ModelInfer","request":{"model_name":"press","id":"r-5","inputs":[
              {"name":"Torque","datatype":"FP64","shape":[1],"contents":{"fp64_contents":[51.5]}},{"name":"Grade","datatype":"BYTES","shape":[1],"contents":{"bytes_contents":["TA=="]}},
              {"name":"Cooled","datatype":"FP64","shape":[1],"contents":{"fp64_contents":[1]}}]}}]
            """);

        var calls = await UntilWrittenAsync(5);
        Assert.Equal(["rows", "open-inference", "tensorflow", "invocations", "grpc"], calls.Select(c => Text(c, "door")));
        Assert.Equal(["press", "press@champion", "press:1", "press:1", "press"], calls.Select(c => Text(c, "asked")));
        Assert.All(calls, c => Assert.Equal(("press", 1, "ok", "anyone", "kept"), (Text(c, "model"), c["version"]!.GetValue<int>(), Text(c, "outcome"), Text(c, "caller"), Text(c, "payload"))));
        Assert.Equal([3, 1, 1, 1, 1], calls.Select(c => c["rows"]!.GetValue<int>()));
        Assert.Equal("r-5", Text(calls[4], "requestId"));
        Assert.All(calls, c => Assert.InRange(c["phases"]!["totalMs"]!.GetValue<double>(), 0.001, 60_000));

        var rows = await PayloadAsync(calls[0]);
        Assert.Equal(["L", "M", "unheard of"], rows["rows"]!.AsArray().Select(r => r!["Grade"]!.GetValue<string>()));
        Assert.Equal(3, rows["predictions"]!.AsArray().Count);
        Assert.Equal("S3", rows["parameters"]!["station"]!.GetValue<string>());
        var tensors = await PayloadAsync(calls[1]);
        Assert.Equal(51.5, tensors["inputs"]![0]!["data"]![0]!.GetValue<double>());
        Assert.Contains("probability", tensors["outputs"]!.AsArray().Select(t => t!["name"]!.GetValue<string>()));
        Assert.Equal("L", (await PayloadAsync(calls[4]))["inputs"]![1]!["data"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task Lists_are_filtered_and_paged_and_wrong_questions_refused()
    {
        await DeployAsync(new RequestLogSpec { Share = 1 });
        for (int i = 0; i < 5; i++) await PredictAsync();
        var late = new JsonObject { ["rows"] = new JsonArray([.. Rows()]), ["timeoutMs"] = 0 };
        await PostAsync("/api/models/press/predict", late, 504);
        await UntilWrittenAsync(6);
        Assert.Equal("deadline", Text((await GetAsync("/api/requests?outcome=any-failure"))["requests"]!.AsArray().Single()!, "outcome"));
        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = await GetAsync("/api/requests?model=press&outcome=ok&limit=2" + (cursor is null ? "" : $"&cursor={cursor}"));
            seen.AddRange(page["requests"]!.AsArray().Select(r => r!["id"]!.GetValue<long>()));
            cursor = page["cursor"]?.GetValue<string>();
        }
        while (cursor is not null);
        Assert.Equal([5, 4, 3, 2, 1], seen);
        Assert.Empty((await GetAsync("/api/requests?model=oven"))["requests"]!.AsArray());
        Assert.Empty((await GetAsync("/api/requests?since=2999-01-01T00:00:00Z"))["requests"]!.AsArray());
        await GetAsync("/api/requests?limit=0", 400);
        await GetAsync("/api/requests?cursor=none", 400);
        await GetAsync("/api/requests/999", 404);
        Assert.Null((await GetAsync("/api/requests/1"))["payload"]);
        string metrics = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("takt_serving_log_written_total 6", metrics);
    }

    [Fact]
    public async Task A_redacted_value_is_in_no_file_of_the_home()
    {
        await DeployAsync(new RequestLogSpec { Share = 1, Payloads = true, Redact = ["Grade"] });
        const string secret = "Zaphod-Beeblebrox-4711";
        JsonObject row() => new() { ["Torque"] = 51.5, ["Grade"] = secret, ["Cooled"] = true };
        await PostAsync("/api/models/press/predict?explain", new JsonObject { ["rows"] = new JsonArray(row()) });
        var mistyped = row();
        mistyped["Garde"] = secret;
        await PostAsync("/api/models/press/predict", new JsonObject { ["rows"] = new JsonArray(mistyped) }, 400);
        var tensors = Tensors("r-3");
        tensors["inputs"]![1]!["data"]![0] = secret;
        await PostAsync("/v2/models/press/infer", tensors);
        var calls = await UntilWrittenAsync(3);
        Assert.Equal(["ok", "bad_input", "ok"], calls.Select(c => Text(c, "outcome")));
        var kept = await PayloadAsync(calls[0]);
        Assert.Equal(["Grade"], kept["redacted"]!.AsArray().Select(n => n!.GetValue<string>()));
        Assert.Equal((null, 51.5), (kept["rows"]![0]!["Grade"], kept["rows"]![0]!["Torque"]!.GetValue<double>()));
        Assert.True((await PayloadAsync(calls[2]))["inputs"]![1]!["redacted"]!.GetValue<bool>());

        byte[] needle = Encoding.UTF8.GetBytes("Beeblebrox");
        foreach (string file in Directory.EnumerateFiles(Home, "*", SearchOption.AllDirectories))
            Assert.True(ReadShared(file).AsSpan().IndexOf(needle) < 0, $"{file} holds the redacted value");
        // The same search finds what is not redacted: it can fail.
        Assert.Contains(Directory.EnumerateFiles(Home, "requests.db*"), file => ReadShared(file).AsSpan().IndexOf("Torque"u8) >= 0);
    }

    [Fact]
    public async Task The_log_survives_a_restart_and_forgets_what_is_too_old()
    {
        await DeployAsync(new RequestLogSpec { Share = 1, KeepDays = 10 });
        Registry.Requests.Add([.. Enumerable.Range(1, 20).Reverse().Select(day => (new LoggedRequest
        {
            At = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(day - 0.5), Model = "press", Asked = "press", Door = "rows", Caller = "user:anna", Outcome = "ok",
        }, (LoggedPayload?)null))]);
        await RestartAsync(); // it looks at its start
        var calls = await UntilWrittenAsync(10);
        Assert.All(calls, c => Assert.True(DateTimeOffset.Parse(Text(c, "at"), CultureInfo.InvariantCulture) > TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(10)));
        await PredictAsync();
        await UntilWrittenAsync(11);
    }

    async Task DeployAsync(RequestLogSpec log)
    {
        await RegisterAsync("press", Samples.Classifier(), "champion");
        await PutAsync("/api/deployments/press", JsonNode.Parse(DeploymentJson.Write(new DeploymentSpec { Log = log }))!);
    }

    Task<JsonNode> PredictAsync() => PostAsync("/api/models/press/predict", new JsonObject { ["rows"] = new JsonArray([.. Rows()]) });

    static JsonNode Tensors(string id) => JsonNode.Parse($$"""
        {"id":"{{id}}","inputs":[{"name":"Torque","shape":[1],"datatype":"FP64","data":[51.5]},{"name":"Grade","shape":[1],"datatype":"BYTES","data":["L"]},{"name":"Cooled","shape":[1],"datatype":"FP64","data":[1]}]}
        """)!;

    /// <summary>The written calls, oldest first, once there are so many.</summary>
    async Task<IReadOnlyList<JsonNode>> UntilWrittenAsync(int count)
    {
        for (int i = 0; ; i++)
        {
            var calls = (await GetAsync("/api/requests?limit=1000"))["requests"]!.AsArray();
            if (calls.Count == count || i == 400)
            {
                Assert.Equal(count, calls.Count);
                return [.. calls.Select(c => c!).Reverse()];
            }

            await Task.Delay(25);
        }
    }

    async Task<JsonNode> PayloadAsync(JsonNode call) => (await GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/requests/{call["id"]!.GetValue<long>()}")))["payload"]!;

    static string Text(JsonNode call, string field) => call[field]!.GetValue<string>();

    static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
