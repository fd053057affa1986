using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Takt.EndToEnd.Doors;

/// <summary>The protocol over gRPC: an independent client's calls, and bytes laid out by hand.</summary>
public class GrpcTests(DoorsServer server) : IClassFixture<DoorsServer>
{
    const string X = """{"name":"x","datatype":"FP64","shape":[2,1],"contents":{"fp64_contents":[3,4.5]}}""";
    const string Y = """{"name":"y","datatype":"FP32","shape":[2,1],"contents":{"fp32_contents":[1,2]}}""";

    [Fact]
    public async Task The_server_and_its_models_are_described()
    {
        var answers = await CallAsync("""
            [{"method":"ServerLive"},{"method":"ServerReady"},{"method":"ServerMetadata"},{"method":"ModelReady","request":{"name":"press","version":"champion"} },
             {"method":"ModelMetadata","request":{"name":"press"} },{"method":"ModelConfig","request":{"name":"press","version":"2"} },{"method":"RepositoryIndex"}]
            """);
        Assert.True(answers[0]!["answer"]!["live"]!.GetValue<bool>());
        Assert.True(answers[1]!["answer"]!["ready"]!.GetValue<bool>());
        Assert.Equal("takt", answers[2]!["answer"]!["name"]!.GetValue<string>());
        Assert.True(answers[3]!["answer"]!["ready"]!.GetValue<bool>());
        var metadata = answers[4]!["answer"]!;
        Assert.Equal("""[{"shape":[-1,1],"name":"x","datatype":"FP64"},{"shape":[-1,1],"name":"y","datatype":"FP32"}]""", metadata["inputs"]!.ToJsonString());
        Assert.Equal("""["1","2"]""", metadata["versions"]!.ToJsonString());
        var config = answers[5]!["answer"]!["config"]!;
        Assert.Equal(("TYPE_FP64", "[1]"), (config["input"]![0]!["data_type"]!.GetValue<string>(), config["input"]![0]!["dims"]!.ToJsonString()));
        Assert.True(config["max_batch_size"]!.GetValue<int>() > 0);
        Assert.Equal(["broken:1", "press:1", "press:2"], answers[6]!["answer"]!["models"]!.AsArray().Select(m => $"{m!["name"]}:{m["version"]}"));
    }

    [Fact]
    public async Task Typed_requests_get_typed_answers_and_raw_ones_raw_answers_packed_or_not()
    {
        string bytes = Convert.ToBase64String([.. BitConverter.GetBytes(3.0), .. BitConverter.GetBytes(4.5)]), ones = Convert.ToBase64String([.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)]);
        string typed = $$"""{"model_name":"press","id":"r-1","inputs":[{{X}},{{Y}}]}""";
        string raw = $$"""{"model_name":"press","model_version":"2","inputs":[{"name":"x","datatype":"FP64","shape":[2,1]},{"name":"y","datatype":"FP32","shape":[2,1]}],"raw_input_contents":[{"base64":"{{bytes}}"},{"base64":"{{ones}}"}],"outputs":[{"name":"length"}]}""";
        var answers = await CallAsync($$"""
            [{"method":"ModelInfer","request":{{typed}} },{"method":"ModelInfer","request":{{raw}} },
             {"method":"ModelInfer","request":{{raw}},"compression":1},{"method":"ModelInfer","request":{{typed}},"compression":2}]
            """);
        foreach (int i in (int[])[0, 3])
        {
            var answer = answers[i]!["answer"]!;
            Assert.Equal(("press", "1", "r-1"), ((string?)answer["model_name"], (string?)answer["model_version"], (string?)answer["id"]));
            Assert.Equal("[7,11]", answer["outputs"]![0]!["contents"]!["fp64_contents"]!.ToJsonString());
            Assert.Equal("[false,true]", answer["outputs"]![1]!["contents"]!["bool_contents"]!.ToJsonString());
        }

        foreach (int i in (int[])[1, 2])
        {
            var answer = answers[i]!["answer"]!;
            byte[] lengths = Convert.FromBase64String(answer["raw_output_contents"]![0]!["base64"]!.GetValue<string>());
            Assert.Equal([31.0, 47.0], [BitConverter.ToDouble(lengths), BitConverter.ToDouble(lengths, 8)]);
            Assert.Single(answer["outputs"]!.AsArray());
        }
    }

    [Fact]
    public async Task The_largest_values_are_told_with_their_place()
    {
        var answers = await CallAsync($$"""
            [{"method":"ModelInfer","request":{"model_name":"press","inputs":[{{X}},{{Y}}],"outputs":[{"name":"length","parameters":{"classification":{"int64_param":3} } }]} },
             {"method":"ModelInfer","request":{"model_name":"press","inputs":[{{X}},{{Y}}],"outputs":[{"name":"length","parameters":{"classification":{"int64_param":0} } }]} }]
            """);
        var output = Assert.Single(answers[0]!["answer"]!["outputs"]!.AsArray())!;
        Assert.Equal(("length", "BYTES", "[2,1]"), ((string?)output["name"], (string?)output["datatype"], output["shape"]!.ToJsonString()));
        Assert.Equal(["7:0", "11:0"], output["contents"]!["bytes_contents"]!.AsArray().Select(text => Encoding.UTF8.GetString(Convert.FromBase64String((string)text!["base64"]!))));
        Assert.Equal(3, (int)answers[1]!["code"]!);
    }

    [Fact]
    public async Task What_is_wrong_has_the_status_that_says_so()
    {
        var answers = await CallAsync($$"""
            [{"method":"ModelInfer","request":{"model_name":"pres"} },
             {"method":"ModelInfer","request":{"model_name":"press","inputs":[{{X}}]} },
             {"method":"ModelInfer","request":{"model_name":"press","inputs":[{{X}},{"name":"y","datatype":"FP32","shape":[2,1],"contents":{"fp32_contents":[1]} }]} },
             {"method":"ModelInfer","request":{"model_name":"press","inputs":[{{X}},{"name":"y","datatype":"FP99","shape":[2,1]}]} },
             {"method":"ModelInfer","request":{"model_name":"broken","inputs":[{{X}},{{Y}}]} },
             {"method":"ModelStatistics","request":{"name":"nobody"} },
             {"method":"RepositoryModelLoad","request":{"model_name":"../etc/passwd"} },
             {"service":"health","method":"Check","request":{"service":"nobody"} }]
            """);
        Assert.Equal([5, 3, 3, 3, 14, 5], answers.Take(6).Select(a => (int)a!["code"]!));
        Assert.Equal(5, (int)answers[7]!["code"]!);
        Assert.NotNull(answers[6]!["code"]);
        Assert.Contains("press", answers[0]!["details"]!.GetValue<string>());   // the nearest name
        Assert.Contains("no input 'y'", answers[1]!["details"]!.GetValue<string>());
        Assert.Contains("1 values; expected 2", answers[2]!["details"]!.GetValue<string>());
        Assert.DoesNotContain("/secret/path", answers[4]!["details"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_stream_answers_each_request_and_survives_a_wrong_one()
    {
        var answers = await CallAsync($$"""
            [{"method":"ModelStreamInfer","messages":[
               {"model_name":"press","id":"a","inputs":[{{X}},{{Y}}]}, {"model_name":"press","id":"b","inputs":[{{X}}]},
               {"model_name":"press","id":"c","inputs":[{{X}},{{Y}}],"parameters":{"triton_enable_empty_final_response":{"bool_param":true} } }]}]
            """);
        var stream = answers[0]!["answers"]!.AsArray();
        Assert.Equal(["a", "b", "c", "c"], stream.Select(a => a!["infer_response"]!["id"]!.GetValue<string>()));
        Assert.Contains("no input 'y'", stream[1]!["error_message"]!.GetValue<string>());
        Assert.True(stream[3]!["infer_response"]!["parameters"]!["triton_final_response"]!["bool_param"]!.GetValue<bool>());
        Assert.Null(answers[0]!["code"]);
    }

    [Fact]
    public async Task Statistics_count_what_was_asked()
    {
        var before = (await CallAsync("""[{"method":"ModelStatistics","request":{"name":"press","version":"2"} }]"""))[0]!["answer"]!["model_stats"]![0]!["inference_count"]!.GetValue<long>();
        var answers = await CallAsync($$"""[{"method":"ModelInfer","request":{"model_name":"press","model_version":"2","inputs":[{{X}},{{Y}}]} },{"method":"ModelStatistics","request":{"name":"press","version":"2"} }]""");
        var statistics = answers[1]!["answer"]!["model_stats"]![0]!;
        Assert.Equal(before + 2, statistics["inference_count"]!.GetValue<long>());
        Assert.True(statistics["inference_stats"]!["success"]!["ns"]!.GetValue<long>() > 0);
        Assert.Contains(statistics["batch_stats"]!.AsArray(), b => b!["batch_size"]!.GetValue<int>() == 2);
    }

    [Fact]
    public async Task Health_and_reflection_answer_the_tools_that_ask_for_them()
    {
        var answers = await CallAsync("""
            [{"service":"health","method":"Check"},{"service":"health","method":"Check","request":{"service":"inference.GRPCInferenceService"} },
             {"service":"reflection","method":"ServerReflectionInfo","messages":[{"list_services":""},{"file_containing_symbol":"inference.GRPCInferenceService"},{"file_containing_symbol":"no.such.Thing"}]}]
            """);
        Assert.Equal("SERVING", answers[0]!["answer"]!["status"]!.GetValue<string>());
        Assert.Equal("SERVING", answers[1]!["answer"]!["status"]!.GetValue<string>());
        var reflected = answers[2]!["answers"]!;
        Assert.Equal(["inference.GRPCInferenceService", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"],
            reflected[0]!["list_services_response"]!["service"]!.AsArray().Select(s => s!["name"]!.GetValue<string>()));
        Assert.NotEmpty(reflected[1]!["file_descriptor_response"]!["file_descriptor_proto"]![0]!["base64"]!.GetValue<string>());
        Assert.Equal(5, (int)reflected[2]!["error_response"]!["error_code"]!);
    }

    [Fact]
    public async Task A_deadline_that_passes_ends_the_call()
    {
        server.Backend.Working = stop => stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(5));
        try
        {
            var answers = await CallAsync($$"""[{"method":"ModelInfer","request":{"model_name":"press","inputs":[{{X}},{{Y}}]},"timeoutMs":300}]""");
            Assert.Equal(4, (int)answers[0]!["code"]!);
        }
        finally
        {
            server.Backend.Working = _ => { };
        }
    }

    [Fact]
    public async Task A_call_that_cannot_be_answered_in_time_is_refused_before_it_is_computed()
    {
        await CallAsync("""[{"method":"ModelReady","request":{"name":"press"} }]"""); // loaded and tried
        int computed = 0;
        server.Backend.Working = _ => Interlocked.Increment(ref computed);
        try
        {
            var answers = await CallAsync($$"""[{"method":"ModelInfer","request":{"model_name":"press","inputs":[{{X}},{{Y}}],"parameters":{"timeout":{"int64_param":1} } } }]""");
            Assert.Equal(4, (int)answers[0]!["code"]!);
            Assert.Contains("deadline has passed", answers[0]!["details"]!.GetValue<string>());
            Assert.Equal(0, computed);
        }
        finally
        {
            server.Backend.Working = _ => { };
        }
    }

    [Theory]
    [InlineData("/inference.GRPCInferenceService/NoSuchMethod", "application/grpc", "0000000000", 200, "12")]
    [InlineData("/inference.GRPCInferenceService/ServerLive", "application/json", "0000000000", 415, null)]
    [InlineData("/inference.GRPCInferenceService/ServerLive", "application/grpc+proto", "0000000000", 200, null)]
    [InlineData("/inference.GRPCInferenceService/ServerLive", "application/grpc", "", 200, "3")]
    [InlineData("/inference.GRPCInferenceService/ServerLive", "application/grpc", "000000", 200, "3")]
    [InlineData("/inference.GRPCInferenceService/ServerLive", "application/grpc", "0700000000", 200, "3")]
    [InlineData("/inference.GRPCInferenceService/ServerLive", "application/grpc", "007fffffff", 200, "8")]
    [InlineData("/inference.GRPCInferenceService/ServerLive", "application/grpc", "0100000000", 200, "13")]
    [InlineData("/inference.GRPCInferenceService/ModelReady", "application/grpc", "0000000002ffff", 200, "3")]
    public async Task Bytes_that_are_no_call_are_told_what_is_wrong(string path, string contentType, string hex, int status, string? grpcStatus)
    {
        using var answer = await PostAsync(path, contentType, Convert.FromHexString(hex));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(grpcStatus, answer.Headers.TryGetValues("grpc-status", out var values) ? values.Single() : null);
    }

    [Fact]
    public async Task The_bytes_of_a_live_answer_are_those_of_the_specification()
    {
        using var answer = await PostAsync("/inference.GRPCInferenceService/ServerLive", "application/grpc", new byte[5]);
        Assert.Equal("00000000020801", Convert.ToHexString(await answer.Content.ReadAsByteArrayAsync()));   // prefix of 5, then live = true
        Assert.Equal("0", answer.TrailingHeaders.GetValues("grpc-status").Single());
        Assert.Equal("application/grpc", answer.Content.Headers.ContentType!.MediaType);
    }

    async Task<HttpResponseMessage> PostAsync(string path, string contentType, byte[] body)
    {
        using var http = new HttpClient { BaseAddress = server.GrpcAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await http.SendAsync(request);
    }

    Task<JsonArray> CallAsync(string calls) => GrpcClient.CallAsync(server.GrpcAddress.Authority, calls);
}
