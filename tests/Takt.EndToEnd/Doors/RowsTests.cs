using System.Text;
using System.Text.Json.Nodes;

namespace Takt.EndToEnd.Doors;

public class RowsTests(DoorsServer server) : IClassFixture<DoorsServer>
{
    const string Predict = "/api/models/press/predict";
    const string Rows = """{"rows":[{"x":3,"y":1},{"x":4.5,"y":2}],"onError":"skip","explain":false}""";

    [Theory]
    [InlineData("/api/models/press/predict", "1", 7, 11)]
    [InlineData("/api/models/press@champion/predict", "1", 7, 11)]
    [InlineData("/api/models/press:2/predict", "2", 31, 47)]
    public async Task Rows_are_answered_by_the_version_that_was_named(string path, string version, double first, double second)
    {
        var (status, body, _) = await server.PostAsync(path, Rows);
        Assert.Equal(200, status);
        Assert.Equal($$"""{"model":"press","version":"{{version}}","task":"regression","target":"length","unit":"mm","predictions":[{"row":0,"value":{{first}}},{"row":1,"value":{{second}}}],"errors":[]}""", body!.ToJsonString());
    }

    [Theory]
    [InlineData(Predict + "?explain", """{"rows":[{"x":3,"y":1}]}""", true)]
    [InlineData(Predict + "?explain=true", """{"rows":[{"x":3,"y":1}]}""", true)]
    [InlineData(Predict + "?explain=false", """{"rows":[{"x":3,"y":1}]}""", false)]
    [InlineData(Predict, """{"rows":[{"x":3,"y":1}],"explain":true}""", true)]
    public async Task Why_is_told_when_asked(string path, string rows, bool explained)
    {
        var (_, body, _) = await server.PostAsync(path, rows);
        var why = body!["predictions"]![0]!["explanation"];
        Assert.Equal(explained, why is not null);
        if (explained) Assert.Equal("""{"column":"x","unit":"m","value":3,"typical":5,"effect":-4}""", why!["contributions"]![0]!.ToJsonString());
    }

    [Fact]
    public async Task Bad_rows_are_told_beside_the_good_ones_or_fail_the_batch()
    {
        var (_, body, _) = await server.PostAsync(Predict, """{"rows":[{"x":"a","y":1},{"x":3,"y":1}],"onError":"skip"}""");
        Assert.Equal("""[{"row":1,"value":7}]""", body!["predictions"]!.ToJsonString());
        Assert.Equal("""[{"row":0,"problem":{"found":"no number","expected":"a number","wayOut":null,"where":"x or y"}}]""", body["errors"]!.ToJsonString());
        (int status, body, var response) = await server.PostAsync(Predict, """{"rows":[{"x":"a","y":1},{"x":3,"y":1}]}""");
        Assert.Equal(400, status);
        AssertProblem(response, body!.ToJsonString());
        Assert.Equal("""[{"found":"no number","expected":"a number","where":"row 0, x or y"}]""", body["problems"]!.ToJsonString());
    }

    [Theory]
    [InlineData("/api/models/pres/predict", Rows, 404, "no model 'pres'. Did you mean 'press'?")]
    [InlineData("/api/models/press@champ/predict", Rows, 404, "model 'press' has no alias 'champ'. There is: champion.")]
    [InlineData("/api/models/press:x/predict", Rows, 400, "'x' is no version number")]
    [InlineData("/api/models/broken/predict", Rows, 503, "broken:1 does not load")]
    [InlineData("/api/models/press/predikt", Rows, 404, "nothing at /api/models/press/predikt")]
    [InlineData(Predict + "?explain=maybe", Rows, 400, "explain=maybe")]
    [InlineData(Predict, """{"row":[{"x":3,"y":1}],"onErrors":"skip"}""", 400, "body: unknown field 'row'. Did you mean 'rows'? body: unknown field 'onErrors'. Did you mean 'onError'? no field 'rows'; expected an array of objects")]
    [InlineData(Predict, """{"rows":[{"x":3,"y":1},7,null]}""", 400, "rows[1]: 7; expected an object. rows[2]: null; expected an object.")]
    [InlineData(Predict, """{"rows":[],"onError":"ignore","explain":"yes"}""", 400, "\"ignore\" as 'onError'; expected \"fail\" or \"skip\". \"yes\" as 'explain'; expected true or false.")]
    [InlineData(Predict, """[{"x":3,"y":1}]""", 400, "an array as body; expected an object with 'rows', 'onError', 'explain'")]
    [InlineData(Predict, "{\"rows\":[\n{\"x\":3,}]}", 400, "line 2 column 8")]
    [InlineData(Predict, """{"rows":[{"x":3,"x":4}]}""", 400, "'x'")]
    [InlineData(Predict, """{"rows":[{"x":"\ud800"}]}""", 400, "half of a surrogate pair")]
    [InlineData(Predict, "", 400, "an empty body")]
    public async Task What_is_wrong_is_told_with_the_way_out(string path, string body, int expected, string detail)
    {
        var (status, answer, response) = await server.PostAsync(path, body);
        Assert.Equal(expected, status);
        AssertProblem(response, answer!.ToJsonString());
        Assert.Contains(detail, answer["detail"]!.GetValue<string>());
        Assert.DoesNotContain("/secret", answer.ToJsonString());
        Assert.DoesNotContain("System.", answer.ToJsonString());
    }

    [Fact]
    public async Task Other_verbs_kinds_and_sizes_are_refused_in_the_same_form()
    {
        var (status, body, response) = await server.GetAsync(Predict);
        Assert.Equal((405, "POST"), (status, response.Content.Headers.Allow.Single()));
        AssertProblem(response, body!.ToJsonString());
        (status, body, response) = await server.PostAsync(Predict, Encoding.UTF8.GetBytes(Rows), "text/plain");
        Assert.Equal(415, status);
        AssertProblem(response, body!.ToJsonString());
        (status, body, response) = await server.PostTooMuchAsync(Predict);
        Assert.Equal(413, status);
        AssertProblem(response, body!.ToJsonString());
    }

    [Fact]
    public async Task A_thousand_bad_rows_make_an_answer_of_a_hundred_problems()
    {
        var (_, body, _) = await server.PostAsync(Predict, $$"""{"rows":[{{string.Join(',', Enumerable.Repeat("{\"x\":\"a\"}", 1000))}}]}""");
        Assert.Equal(100, body!["problems"]!.AsArray().Count);
        Assert.EndsWith("And 900 more.", body["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task Hundreds_of_mangled_requests_fail_in_the_same_form() => await MangledBodies.AllFailWell(server, Predict, Rows, AssertProblem);

    static void AssertProblem(HttpResponseMessage response, string text)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var body = JsonNode.Parse(text)!;
        Assert.Equal((int)response.StatusCode, body["status"]!.GetValue<int>());
        Assert.All(body["problems"]!.AsArray(), p => Assert.NotEmpty(p!["found"]!.GetValue<string>()));
        Assert.NotEmpty(body["title"]!.GetValue<string>());
        Assert.NotEmpty(body["detail"]!.GetValue<string>());
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), body["requestId"]!.GetValue<string>());
    }
}
