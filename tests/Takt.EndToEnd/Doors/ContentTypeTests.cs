using System.Net;
using System.Text;
using Takt.EndToEnd.Access;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.Doors;

/// <summary>What the Content-Type of a body must say: what the protocol asks for from programs, and always JSON from browsers, which another site may make send the rest.</summary>
public class ContentTypeTests(DoorsServer server, GuardedServer guarded) : IClassFixture<DoorsServer>, IClassFixture<GuardedServer>
{
    const string Infer = """{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP64","data":[3]},{"name":"y","shape":[1,1],"datatype":"FP32","data":[1]}]}""";
    const string Instances = """{"instances":[{"x":[3],"y":[1]}]}""", Rows = """{"rows":[{"x":3,"y":1}]}""", Records = """{"dataframe_records":[{"x":3,"y":1}]}""";

    const string Form = "application/x-www-form-urlencoded", None = "";

    /// <summary>curl says that a body is a form unless it is told otherwise.</summary>
    [Theory]
    [InlineData("/v2/models/press/infer", Infer, Form, 200)]
    [InlineData("/v2/models/press/infer", Infer, None, 200)]
    [InlineData("/v2/models/press/infer", Infer, "text/plain", 200)]
    [InlineData("/v2/models/press/infer", Infer, "application/json", 200)]
    [InlineData("/v2/repository/index", """{"ready":true}""", Form, 200)]
    [InlineData("/v2/logging", """{"log_info":true}""", Form, 200)]
    [InlineData("/v2/trace/setting", """{"trace_rate":"1"}""", None, 200)]
    [InlineData("/v1/models/press:predict", Instances, Form, 200)]
    [InlineData("/v1/models/press:predict", Instances, None, 200)]
    [InlineData("/v1/models/press:predict", Instances, "text/csv", 200)]
    [InlineData("/api/models/press/predict", Rows, None, 200)]
    [InlineData("/api/models/press:explain", Rows, None, 200)]
    [InlineData("/api/models/press/predict", Rows, Form, 415)]
    [InlineData("/api/models/press:explain", Rows, "text/plain", 415)]
    [InlineData("/invocations?model=press", Records, "application/json", 200)]
    [InlineData("/invocations?model=press", Records, Form, 415)]
    [InlineData("/invocations?model=press", Records, None, 415)]
    public async Task Programs_are_asked_for_what_the_protocol_asks_for(string path, string body, string type, int expected)
    {
        var (status, answer) = await CurlAsync(server.Http.BaseAddress!, path, body, type);
        Assert.True(expected == status, answer);
        if (expected == 415) Assert.Contains($"{(type.Length > 0 ? $"Content-Type '{type}'" : "a body without Content-Type")}; expected application/json", answer);
    }

    [Theory]
    [InlineData("Origin: http://HOST", 415)]
    [InlineData("Cookie: theme=dark", 415)]
    [InlineData("Sec-Fetch-Site: cross-site", 415)]
    [InlineData("Origin: https://evil.example", 403)]
    [InlineData("Origin: null", 403)]
    public async Task What_a_browser_may_have_sent_is_JSON_or_nothing(string header, int expected)
    {
        header = header.Replace("HOST", server.Http.BaseAddress!.Authority);
        foreach (var (path, body) in new[] { ("/v2/models/press/infer", Infer), ("/v2/repository/models/press/load", "{}"), ("/v2/logging", """{"log_info":true}"""), ("/v1/models/press:predict", Instances), ("/api/models/press/predict", Rows) })
            foreach (string type in (string[])[Form, None])
                Assert.Equal((path, type, expected), (path, type, (await CurlAsync(server.Http.BaseAddress!, path, body, type, header)).Status));
        var (status, answer) = await CurlAsync(server.Http.BaseAddress!, "/v2/models/press/infer", Infer, "application/json", header);
        Assert.True((expected == 415 ? 200 : 403) == status, answer);
    }

    [Theory]
    [InlineData("application/json", 200)]
    [InlineData(Form, 415)]
    [InlineData(null, 415)]
    public async Task Who_is_signed_in_says_JSON(string? type, int expected)
    {
        using var browser = await guarded.SignedInAsync("engineer");
        foreach (var (path, body) in new[] { ("/v2/models/press/infer", Infer), ("/v1/models/press:predict", Instances), ("/v2/repository/index", "{}"), ("/api/models/press/predict", Rows) })
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.ContentType = type is null ? null : new(type);
            Assert.Equal((path, (HttpStatusCode)expected), (path, (await browser.PostAsync(new Uri(path, UriKind.Relative), content)).StatusCode));
        }
    }

    static async Task<(int Status, string Answer)> CurlAsync(Uri server, string path, string body, string type, string header = "X-None: 1")
    {
        string[] typed = type == Form ? [] : ["--header", type.Length > 0 ? $"Content-Type: {type}" : "Content-Type:"];
        var (status, answer) = await Curl.SendAsync(new Uri(server, path), body, ["--header", header, .. typed]);
        return (status, answer?.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) ?? "");
    }
}
