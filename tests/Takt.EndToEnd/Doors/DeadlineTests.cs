using System.Globalization;
using System.Text.Json.Nodes;

namespace Takt.EndToEnd.Doors;

/// <summary>A call may say until when its answer is worth something, through every door that has room for it.</summary>
public class DeadlineTests(DoorsServer server) : IClassFixture<DoorsServer>
{
    const string Tensors = """[{"name":"x","datatype":"FP64","shape":[1,1],"data":[3]},{"name":"y","datatype":"FP32","shape":[1,1],"data":[1]}]""";
    const string Passed = "whose deadline has passed";

    static string Later => DateTimeOffset.UtcNow.AddMinutes(5).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    static string Gone => DateTimeOffset.UtcNow.AddMilliseconds(-1).ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Over_rest()
    {
        Assert.Equal(200, (await AskAsync($$"""{"deadline":"{{Later}}"}""")).Status);
        Assert.Equal(200, (await AskAsync("""{"deadline":"9999-12-31T23:59:59Z"}""")).Status);
        foreach (string parameters in new[] { $$"""{"deadline":"{{Gone}}"}""", $$"""{"deadline":"{{Gone}}","timeout":60000000}""", """{"deadline":"1970-01-01T00:00:00Z"}""" })
        {
            var (status, body) = await AskAsync(parameters);
            Assert.Equal(504, status);
            Assert.Contains(Passed, (string?)body!["error"], StringComparison.Ordinal);
        }

        Assert.Equal(504, (await AskAsync($$"""{"deadline":"{{Later}}","timeout":1}""")).Status); // the earlier counts
        foreach (string wrong in (string[])["\"tomorrow\"", "\"2026-03-01T12:00:00\"", "1772366400", "null"])
        {
            var (status, body) = await AskAsync($$"""{"deadline":{{wrong}}}""");
            Assert.Equal(400, status);
            Assert.Contains("deadline", body!.ToJsonString(), StringComparison.Ordinal);
        }

        async Task<(int Status, JsonNode? Body)> AskAsync(string parameters)
        {
            var (status, body, _) = await server.PostAsync("/v2/models/press/infer", $$"""{"inputs":{{Tensors}},"parameters":{{parameters}}}""");
            return (status, body);
        }
    }

    [Theory]
    [InlineData("/api/models/press/predict")]
    [InlineData("/api/models/press:explain")]
    public async Task Over_rows(string path)
    {
        Assert.Equal(200, (await AskAsync($"\"{Later}\"")).Status);
        var (status, body, _) = await AskAsync($"\"{Gone}\"");
        Assert.Equal(504, status);
        Assert.Contains(Passed, body!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(400, (await AskAsync("\"soon\"")).Status);

        Task<(int Status, JsonNode? Body, HttpResponseMessage Response)> AskAsync(string deadline) =>
            server.PostAsync(path, $$"""{"rows":[{"x":3,"y":1}],"timeoutMs":60000,"deadline":{{deadline}}}""");
    }

    /// <summary>Some protocols have no room for it in their bodies; headers go through every door.</summary>
    [Theory]
    [InlineData("/v1/models/press:predict", """{"instances":[{"x":[3],"y":[1]}]}""", "application/json", "error")]
    [InlineData("/v1/models/press:regress", """{"examples":[{"x":3,"y":1}]}""", "application/json", "error")]
    [InlineData("/invocations?model=press", """{"dataframe_records":[{"x":3,"y":1}]}""", "application/json", "message")]
    [InlineData("/invocations?model=press", """{"inputs":{"x":[[3]],"y":[[1]]}}""", "application/json", "message")]
    [InlineData("/invocations?model=press", "x,y\n3,1\n4,2\n", "text/csv", "message")]
    [InlineData("/api/models/press/predict", """{"rows":[{"x":3,"y":1}],"timeoutMs":60000}""", "application/json", "detail")]
    [InlineData("/api/models/press:explain", """{"rows":[{"x":3,"y":1}]}""", "application/json", "detail")]
    [InlineData("/v2/models/press/infer", $$$"""{"inputs":{{{Tensors}}},"parameters":{"timeout":60000000}}""", "application/json", "error")]
    public async Task By_headers(string path, string body, string type, string told)
    {
        foreach (var (timeout, deadline, expected) in new[]
        {
            ("60000", (string?)null, 200), (null, Later, 200), ("60000", Later, 200), (null, Gone, 504), ("60000", Gone, 504), ("0.001", Later, 504),
            ("soon", null, 400), ("-1", null, 400), ("86400001", null, 400), ("NaN", null, 400), ("", null, 400), (null, "soon", 400), (null, "2026-03-01T12:00:00", 400),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, type) };
            if (timeout is not null) request.Headers.TryAddWithoutValidation("Takt-Timeout-Ms", timeout);
            if (deadline is not null) request.Headers.Add("Takt-Deadline", deadline);
            using var response = await server.Http.SendAsync(request);
            string answer = await response.Content.ReadAsStringAsync();
            Assert.True(expected == (int)response.StatusCode, $"{timeout} {deadline}: {(int)response.StatusCode} {answer}");
            if (expected == 400) Assert.Contains(timeout is null ? "as 'Takt-Deadline'" : "as Takt-Timeout-Ms", (string?)JsonNode.Parse(answer)![told], StringComparison.Ordinal);
            if (expected == 504 && deadline == Gone) Assert.Contains(Passed, (string?)JsonNode.Parse(answer)![told], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Over_grpc()
    {
        const string Inputs = """[{"name":"x","datatype":"FP64","shape":[1,1],"contents":{"fp64_contents":[3]}},{"name":"y","datatype":"FP32","shape":[1,1],"contents":{"fp32_contents":[1]}}]""";
        var answers = await GrpcClient.CallAsync(server.GrpcAddress.Authority, $"[{Call(Later, 60_000)},{Call(Gone, 60_000)},{Call("soon", 60_000)}]");
        Assert.Equal("press", (string?)answers[0]!["answer"]!["model_name"]);
        Assert.Equal((4, 3), ((int)answers[1]!["code"]!, (int)answers[2]!["code"]!)); // DEADLINE_EXCEEDED, INVALID_ARGUMENT
        Assert.Contains(Passed, answers[1]!.ToJsonString(), StringComparison.Ordinal);

        static string Call(string deadline, int timeoutMs) =>
            $$$"""{"method":"ModelInfer","request":{"model_name":"press","inputs":{{{Inputs}}},"parameters":{"deadline":{"string_param":"{{{deadline}}}"} } },"timeoutMs":{{{timeoutMs}}}}""";
    }

    [Fact]
    public async Task Statistics_tell_what_a_loaded_version_holds()
    {
        await server.PostAsync("/v2/models/press/infer", $$"""{"inputs":{{Tensors}}}""");
        var (_, body, _) = await server.GetAsync("/v2/models/press/versions/1/stats");
        Assert.Equal("""[{"type":"CPU","id":0,"byte_size":1000}]""", body!["model_stats"]![0]!["memory_usage"]!.ToJsonString());
        (_, body, _) = await server.GetAsync("/v2/models/press/versions/2/stats");
        Assert.Equal("[]", body!["model_stats"]![0]!["memory_usage"]!.ToJsonString()); // nobody has asked for it
        var answers = await GrpcClient.CallAsync(server.GrpcAddress.Authority, """[{"method":"ModelStatistics","request":{"name":"press","version":"1"}}]""");
        Assert.Equal("1000", answers[0]!["answer"]!["model_stats"]![0]!["memory_usage"]![0]!["byte_size"]!.ToString());
    }
}
