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
