using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Takt.Client;
using Takt.Protocols.Problems;
using TraceOptions = Takt.Traces.TraceOptions;

namespace Takt.EndToEnd.Traces;

[Collection("traces")] // what one server of a process tells, the collectors of all hear
public class TraceTests
{
    const string Caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Silent = "00-0af7651916cd43dd8448eb211c80319d-b7ad6b7169203332-00";
    const string Infer = """{"inputs":[{"name":"x","datatype":"FP64","shape":[1,1],"data":[3]},{"name":"y","datatype":"FP32","shape":[1,1],"data":[1]}]}""";
    const string InferPress = "/v2/models/press/infer";

    [Fact]
    public async Task A_call_over_HTTP_is_a_tree_of_spans_under_its_callers()
    {
        await using var server = await TracedServer.StartAsync();
        using var response = await PostAsync(server, InferPress, Infer, Caller);
        var spans = await server.SpansAsync();

        var door = Assert.Single(spans, s => s.Kind == 2);
        Assert.Equal(("POST /v2/models/{model}/infer", "b7ad6b7169203331", "200"), (door.Name, door.ParentId, door.Tags["http.response.status_code"]));
        Assert.All(spans, s => Assert.Equal("0af7651916cd43dd8448eb211c80319c", s.TraceId));
        Assert.Equal($"00-0af7651916cd43dd8448eb211c80319c-{door.SpanId}-01", response.Headers.GetValues("traceparent").Single());
        Assert.Equal("takt", door.Resource["service.name"]);

        var call = Assert.Single(spans, s => s.Name == "predict press");
        Assert.Equal((door.SpanId, "1", "1", "press"), (call.ParentId, call.Tags["takt.version"], call.Tags["takt.rows"], call.Tags["takt.model"]));
        var phases = spans.Where(s => s.ParentId == call.SpanId).OrderBy(s => s.Start).ThenBy(s => s.End).Select(s => s.Name).ToList();
        Assert.Empty(phases.Except(["load", "queue", "pipeline", "compute", "output"]));
        foreach (string phase in new[] { "queue", "compute" }) Assert.Contains(phase, phases);
        Assert.All(spans.Where(s => s.ParentId == call.SpanId), s => Assert.True(call.Start <= s.Start && s.Start <= s.End && s.End <= call.End));
        Assert.True(door.Start <= call.Start && call.End <= door.End + 1_000_000); // both are read from the clock, at their own moments
        Assert.All(server.Collector.Requests, r => Assert.Equal("POST /v1/traces application/x-protobuf", r));
    }

    [Fact]
    public async Task A_call_over_gRPC_is_the_same_tree_and_its_answer_names_it()
    {
        await using var server = await TracedServer.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        // The worked example of the wire format: model press, x = FP64 [1,1], y = FP32 [1,1], raw.
        byte[] message = Message();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.GrpcAddress, "/inference.GRPCInferenceService/ModelInfer"))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, (byte)message.Length, .. message]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
            Headers = { { "te", "trailers" }, { "traceparent", Caller } },
        };
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
        var spans = await server.SpansAsync();
        var door = Assert.Single(spans, s => s.Kind == 2);
        Assert.Equal(("inference.GRPCInferenceService/ModelInfer", "b7ad6b7169203331", "0"), (door.Name, door.ParentId, door.Tags["rpc.grpc.status_code"]));
        Assert.Equal(door.SpanId, spans.Single(s => s.Name == "predict press").ParentId);
        Assert.Contains(door.SpanId, response.Headers.GetValues("traceparent").Single());

        static byte[] Message()
        {
            var sent = new Protocols.OpenInference.Grpc.ModelInferRequest { ModelName = "press" };
            sent.Inputs.Add(new Protocols.OpenInference.Grpc.ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP64", Shape = { 1, 1 } });
            sent.Inputs.Add(new Protocols.OpenInference.Grpc.ModelInferRequest.Types.InferInputTensor { Name = "y", Datatype = "FP32", Shape = { 1, 1 } });
            sent.RawInputContents.Add(Google.Protobuf.ByteString.CopyFrom(BitConverter.GetBytes(3.0)));
            sent.RawInputContents.Add(Google.Protobuf.ByteString.CopyFrom(BitConverter.GetBytes(1f)));
            return Google.Protobuf.MessageExtensions.ToByteArray(sent);
        }
    }

    [Fact]
    public async Task The_clients_own_activity_is_the_parent()
    {
        await using var server = await TracedServer.StartAsync();
        using var around = new Activity("shift report") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        around.SetIdFormat(ActivityIdFormat.W3C).Start();
        using (var client = new TaktClient(server.Http.BaseAddress!)) await client.PredictAsync("press", [new() { ["x"] = 3, ["y"] = 1 }]);
        around.Stop();
        Assert.All(await server.SpansAsync(), s => Assert.Equal(around.TraceId.ToString(), s.TraceId));
    }

    [Fact]
    public async Task One_call_in_so_many_is_traced_and_callers_that_trace_decide_themselves()
    {
        await using var server = await TracedServer.StartAsync(rate: 5);
        for (int i = 0; i < 10; i++) await PostAsync(server, InferPress, Infer);
        for (int i = 0; i < 3; i++) await PostAsync(server, InferPress, Infer, Caller);
        for (int i = 0; i < 3; i++) await PostAsync(server, InferPress, Infer, Silent);
        var doors = (await server.SpansAsync()).Where(s => s.Kind == 2).ToList();
        Assert.Equal((2, 3), (doors.Count(s => s.ParentId.Length == 0), doors.Count(s => s.ParentId == "b7ad6b7169203331")));
        Assert.Equal(5, doors.Count);
    }

    [Fact]
    public async Task What_fails_is_marked()
    {
        await using var server = await TracedServer.StartAsync();
        await PostAsync(server, "/v2/models/unheard-of/infer", Infer);
        await PostAsync(server, InferPress, """{"inputs":[]}""");
        await PostAsync(server, InferPress, "{");
        var spans = await server.SpansAsync();
        var calls = spans.Where(s => s.Name.StartsWith("predict")).ToDictionary(s => s.Tags["takt.model"]);
        Assert.Equal(("unknown_model", 2), (calls["unheard-of"].Tags["error.type"], calls["unheard-of"].Status));
        Assert.Equal("bad_input", calls["press"].Tags["error.type"]);
        Assert.Equal(["400", "400", "404"], spans.Where(s => s.Kind == 2).Select(s => s.Tags["http.response.status_code"]).Order());
    }

    [Fact]
    public async Task Pages_metrics_and_metadata_are_no_calls_of_models()
    {
        await using var server = await TracedServer.StartAsync();
        foreach (string path in new[] { "/", "/metrics", "/v2/models/press", "/health/live" }) using (await server.Http.GetAsync(new Uri(path, UriKind.Relative))) { }
        Assert.Empty(await server.SpansAsync());
    }

    [Theory]
    [InlineData("http://c:4318", null, null, null, "http://c:4318/v1/traces", false, 1)]
    [InlineData("http://c:4318/", 7, null, null, "http://c:4318/v1/traces", false, 7)]
    [InlineData("https://c/gate", null, null, null, "https://c/gate", false, 1)]
    [InlineData(null, null, "OTEL_EXPORTER_OTLP_ENDPOINT=http://e:4318/base", null, "http://e:4318/base/v1/traces", false, 1)]
    [InlineData(null, null, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://e/exact", "OTEL_EXPORTER_OTLP_ENDPOINT=http://other", "http://e/exact", false, 1)]
    [InlineData(null, null, "OTEL_EXPORTER_OTLP_ENDPOINT=http://e:4317", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "http://e:4317/", true, 1)]
    [InlineData("http://c", null, "OTEL_TRACES_SAMPLER=parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG=0.01", "http://c/v1/traces", false, 100)]
    [InlineData(null, null, null, null, null, false, 0)]
    [InlineData(null, null, "OTEL_EXPORTER_OTLP_ENDPOINT=http://e", "OTEL_SDK_DISABLED=true", null, false, 0)]
    public void The_collector_is_named_by_word_or_by_OpenTelemetrys_variables(string? url, int? rate, string? one, string? other, string? collector, bool grpc, int expected)
    {
        var variables = new[] { one, other }.Where(v => v is not null).Select(v => v!.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        var found = TraceOptions.Read(url, rate, name => variables.GetValueOrDefault(name));
        Assert.Equal(collector is null ? null : new TraceOptions(new Uri(collector), expected, grpc), found);
    }

    [Theory]
    [InlineData("collector:4318", 1, "address of an OpenTelemetry collector")]
    [InlineData("http://c", 0, "--trace-rate 0")]
    [InlineData(null, 5, "without a collector")]
    public void Wrong_words_are_told(string? url, int? rate, string problem) =>
        Assert.Contains(problem, Assert.Throws<InputException>(() => TraceOptions.Read(url, rate, _ => null)).Message);

    static async Task<HttpResponseMessage> PostAsync(TracedServer server, string path, string body, string? parent = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (parent is not null) request.Headers.Add("traceparent", parent);
        return await server.Http.SendAsync(request);
    }
}
