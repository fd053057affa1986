using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Takt.EndToEnd.Doors;

/// <summary>The protocol as its specification and the servers in use say it.</summary>
public class OpenInferenceTests(DoorsServer server) : IClassFixture<DoorsServer>
{
    const string Infer = """{"inputs":[{"name":"x","shape":[2,1],"datatype":"FP64","data":[3,4.5]},{"name":"y","shape":[2,1],"datatype":"FP32","data":[[1],[2]]}]}""";

    [Theory]
    [InlineData("/v2/health/live", """{"live":true}""")]
    [InlineData("/v2/health/ready", """{"ready":true}""")]
    [InlineData("/v2/models/press/ready", """{"name":"press","ready":true}""")]
    [InlineData("/v2/models/press/versions/2/ready", """{"name":"press","ready":true}""")]
    [InlineData("/v2/models/press/versions/champion/ready", """{"name":"press","ready":true}""")]
    [InlineData("/v2/models", """{"models":["broken","press"]}""")]
    public async Task Probes_answer(string path, string expected)
    {
        var (status, body, _) = await server.GetAsync(path);
        Assert.Equal((200, expected), (status, body!.ToJsonString()));
    }

    [Fact]
    public async Task The_server_tells_its_name_version_and_extensions()
    {
        var (_, body, _) = await server.GetAsync("/v2");
        Assert.Equal("takt", body!["name"]!.GetValue<string>());
        Assert.Matches(@"^\d+\.\d+\.\d+$", body["version"]!.GetValue<string>());
        Assert.IsType<JsonArray>(body["extensions"]);
    }

    [Theory]
    [InlineData("/v2/models/press", "1")]
    [InlineData("/v2/models/press/versions/2", "2")]
    [InlineData("/v2/models/press/versions/champion", "1")]
    public async Task Metadata_tells_versions_and_tensors(string path, string version)
    {
        var (_, body, _) = await server.GetAsync(path);
        Assert.Equal("""{"name":"press","versions":["1","2"],"platform":"takt_onnx","inputs":[{"name":"x","datatype":"FP64","shape":[-1,1]},{"name":"y","datatype":"FP32","shape":[-1,1]}],"outputs":[{"name":"length","datatype":"FP64","shape":[-1,1]},{"name":"longer","datatype":"BOOL","shape":[-1,1]}]"""
            + $$$""","properties":{"version":"{{{version}}}","task":"regression","target":"length","unit":"mm"}}""", body!.ToJsonString());
    }

    [Theory]
    [InlineData("/v2/models/press/infer", "1", "7,11")]
    [InlineData("/v2/models/press/versions/1/infer", "1", "7,11")]
    [InlineData("/v2/models/press/versions/2/infer", "2", "31,47")]
    [InlineData("/v2/models/press/versions/champion/infer", "1", "7,11")]
    [InlineData("/v2/models/press:2/infer", "2", "31,47")]
    public async Task Inference_answers_every_output_of_the_version(string path, string version, string length)
    {
        var (status, body, _) = await server.PostAsync(path, Infer);
        Assert.Equal(200, status);
        string longer = version == "1" ? "false,true" : "true,true";
        Assert.Equal($$"""{"model_name":"press","model_version":"{{version}}","outputs":[{"name":"length","shape":[2,1],"datatype":"FP64","data":[{{length}}]},{"name":"longer","shape":[2,1],"datatype":"BOOL","data":[{{longer}}]}]}""", body!.ToJsonString());
    }

    [Fact]
    public async Task The_id_is_echoed_outputs_are_chosen_and_what_is_unknown_is_ignored()
    {
        var (_, body, _) = await server.PostAsync("/v2/models/press/infer", """
            {"outputs":[{"name":"longer","parameters":{"binary_data":false}}],"id":"r-17","parameters":{"priority":1,"timeout":20000,"x":true,"y":"z"},"later":{"a":[1]},
             "inputs":[{"data":[3],"parameters":{"content_type":"np"},"datatype":"FP64","shape":[1],"name":"x"},{"name":"y","shape":[1,1],"datatype":"INT32","data":[1]}]}
            """);
        Assert.Equal("""{"model_name":"press","model_version":"1","outputs":[{"name":"longer","shape":[1,1],"datatype":"BOOL","data":[false]}],"id":"r-17"}""", body!.ToJsonString());
    }

    [Fact]
    public async Task Compressed_requests_are_read_and_held_to_the_same_limits()
    {
        Assert.Equal(200, (await PostGzipAsync(Pack(Encoding.UTF8.GetBytes(Infer)))).Status);
        var (status, error) = await PostGzipAsync(Pack(new byte[100 * DoorsServer.MaxRequestBytes]));
        Assert.Equal(413, status);
        Assert.Contains("a body larger than this server takes; expected at most 1 MiB.", error);
        (status, error) = await PostGzipAsync("no gzip at all"u8.ToArray());
        Assert.Equal(400, status);
        Assert.Contains("Content-Encoding", error);
    }

    async Task<(int Status, string Error)> PostGzipAsync(byte[] packed)
    {
        using var content = new ByteArrayContent(packed);
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var response = await server.Http.PostAsync(new Uri("/v2/models/press/infer", UriKind.Relative), content);
        string text = await response.Content.ReadAsStringAsync();
        if ((int)response.StatusCode != 200) AssertError(response, text);
        return ((int)response.StatusCode, text);
    }

    static byte[] Pack(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain);
        return packed.ToArray();
    }

    [Theory]
    [InlineData("GET", "/v2/models/pres", 404, "no model 'pres'. Did you mean 'press'?")]
    [InlineData("GET", "/v2/models/press/versions/9", 404, "model 'press' has no version 9. It has: 1, 2.")]
    [InlineData("GET", "/v2/models/press/versions/v10", 404, "model 'press' has no alias 'v10'")]
    [InlineData("GET", "/v2/models/PRESS", 400, "model name 'PRESS'")]
    [InlineData("GET", "/v2/models/broken/ready", 503, "broken:1 does not load. The server's log says why.")]
    [InlineData("GET", "/v2/nothing", 404, "nothing at /v2/nothing")]
    [InlineData("GET", "/v2/models/press/infer", 405, "GET /v2/models/press/infer; expected POST.")]
    [InlineData("DELETE", "/v2/models/press", 405, "expected GET")]
    public async Task Wrong_addresses_fail_in_the_protocols_form(string verb, string path, int expected, string error)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        using var response = await server.Http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal(expected, (int)response.StatusCode);
        AssertError(response, text);
        Assert.Contains(error, JsonNode.Parse(text)!["error"]!.GetValue<string>());
        Assert.DoesNotContain("/secret", text);
    }

    [Theory]
    [InlineData("", 400, "an empty body")]
    [InlineData("null", 400, "null as body")]
    [InlineData("[]", 400, "a value of the wrong kind")]
    [InlineData("{}", 400, "no field 'inputs'")]
    [InlineData("""{"inputs":[]}""", 400, "no input 'x'")]
    [InlineData("""{"inputs":[null]}""", 400, "null among 'inputs'")]
    [InlineData("""{"inputs":[{}]}""", 400, "a tensor without 'name'")]
    [InlineData("""{"inputs":7}""", 400, "line 1 column")]
    [InlineData("{\"inputs\":\n[{]}", 400, "line 2 column 3")]
    [InlineData("""{"id":7,"inputs":[]}""", 400, "a value of the wrong kind")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP99","data":[1]}]}""", 400, "datatype 'FP99'")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":["\ud800"]}]}""", 400, "")]
    [InlineData("""{"inputs":[{"name":"\ud800","shape":[1],"datatype":"FP64","data":[1]}]}""", 400, "")]
    [InlineData("""{"inputs":[{"name":"x","shape":[9223372036854775807,9223372036854775807],"datatype":"FP64","data":[1]}]}""", 400, "elements")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]},{"name":"y","shape":[1],"datatype":"FP32","data":[1]}],"outputs":[{"name":"lenght"}]}""", 400, "Did you mean 'length'?")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]},{"name":"y","shape":[1],"datatype":"FP32","data":[1]}],"outputs":[{}]}""", 400, "an output without 'name'")]
    [InlineData("""{"parameters":{"a":[1]},"inputs":[]}""", 400, "parameter 'a'")]
    public async Task Wrong_bodies_fail_in_the_protocols_form(string body, int expected, string error)
    {
        var (status, answer, response) = await server.PostAsync("/v2/models/press/infer", body);
        Assert.Equal(expected, status);
        AssertError(response, answer!.ToJsonString());
        Assert.Contains(error, answer["error"]!.GetValue<string>());
        Assert.DoesNotContain("System.", answer.ToJsonString());
    }

    [Fact]
    public async Task Bodies_too_large_or_not_text_are_refused()
    {
        var (status, body, response) = await server.PostTooMuchAsync("/v2/models/press/infer");
        Assert.Equal(413, status);
        AssertError(response, body!.ToJsonString());
        (status, body, response) = await server.PostAsync("/v2/models/press/infer", [.. "{\"id\":\""u8, 0xFF, .. "\"}"u8]);
        Assert.Equal(400, status);
        Assert.Equal("bytes that are no UTF-8; expected JSON in UTF-8.", body!["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_failure_inside_tells_its_request_and_nothing_else()
    {
        var broken = new DoorsServer();
        await broken.InitializeAsync();
        await broken.PostAsync("/v2/models/press/infer", Infer); // a version that broke in its trial would never answer
        broken.Backend.Working = _ => throw new InvalidOperationException("index 7 outside the bounds of /secret/table");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/press/infer") { Content = new StringContent(Infer, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Request-Id", "line-7.42");
        using var response = await broken.Http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal(500, (int)response.StatusCode);
        AssertError(response, text);
        Assert.Contains("line-7.42", text);
        Assert.DoesNotContain("secret", text);
        Assert.Equal("line-7.42", response.Headers.GetValues("X-Request-Id").Single());
        await broken.DisposeAsync();
    }

    [Fact]
    public async Task Hundreds_of_mangled_requests_fail_in_the_protocols_form() => await MangledBodies.AllFailWell(server, "/v2/models/press/infer", Infer, AssertError);

    static void AssertError(HttpResponseMessage response, string text)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var member = Assert.Single(JsonNode.Parse(text)!.AsObject());
        Assert.Equal("error", member.Key);
        Assert.NotEmpty(member.Value!.GetValue<string>());
    }
}
