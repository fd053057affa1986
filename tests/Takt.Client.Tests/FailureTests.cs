using Takt.Protocols.Problems;
using static Takt.Client.Tests.ScriptedServer;

namespace Takt.Client.Tests;

public class FailureTests
{
    [Fact]
    public async Task Problem_details_are_told_problem_by_problem()
    {
        var failure = await FailAsync(Says(404, """
            {"type":"about:blank","title":"Not Found","status":404,"detail":"no model 'pres'. Did you mean 'press'?","instance":"/api/models/pres",
             "problems":[{"found":"no model 'pres'","expected":"a model","wayOut":"Did you mean 'press'?","where":"path"}],"requestId":"r-17"}
            """, type: "application/problem+json"));
        Assert.Equal(new Problem("no model 'pres'", "a model", "Did you mean 'press'?", "path"), Assert.Single(failure.Problems));
        Assert.Equal((404, "r-17"), (failure.Status, failure.RequestId));
        Assert.Equal("404 NotFound: path: no model 'pres'; expected a model. Did you mean 'press'? (request r-17)", failure.Message);
    }

    [Theory]
    [InlineData("""{"error":"no input 'x'."}""", "application/json", "no input 'x'")]
    [InlineData("<h1>Bad Gateway</h1>", "text/html", "<h1>Bad Gateway</h1>")]
    [InlineData("""{"error":{"code":7}}""", "application/json", """{"error":{"code":7}}""")]
    [InlineData("", "text/plain", "Bad Gateway")]
    public async Task Every_other_body_is_told_too(string body, string type, string found)
    {
        var failure = await FailAsync(Says(502, body, type: type));
        Assert.Equal(new Problem(found), Assert.Single(failure.Problems));
        Assert.Equal((502, "0HN7:1"), (failure.Status, failure.RequestId));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        var failure = await FailAsync(Breaks(HttpRequestError.ConnectionError));
        Assert.Null(failure.Status);
        Assert.StartsWith("no answer from http://takt.test/plant/: the line is dead. Look whether the server runs", failure.Message);
        Assert.IsType<HttpRequestException>(failure.InnerException);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    public async Task An_answer_of_something_else_is_told(string body) =>
        Assert.StartsWith("200 OK: an answer that cannot be read", (await FailAsync(Says(200, body))).Message);

    [Theory]
    [InlineData("9999", "at most")]
    [InlineData("-1", "the number of bytes of the JSON part")]
    [InlineData("2", "no outputs")]
    [InlineData("whole", "binary_data_size 8; expected 0 to 4")]
    public async Task Tensors_that_do_not_fit_their_description_are_told(string jsonLength, string told)
    {
        const string Json = """{"model_name":"m","outputs":[{"name":"y","shape":[1],"datatype":"FP64","parameters":{"binary_data_size":8}}]}""";
        string head = jsonLength == "2" ? "{}" : Json, length = jsonLength == "whole" ? $"{Json.Length}" : jsonLength;
        using var server = new ScriptedServer(() =>
        {
            var response = Says(200, head + "1234", type: "application/octet-stream")();
            response.Headers.Add("Inference-Header-Content-Length", length);
            return response;
        });
        using var takt = server.Client();
        Assert.Contains(told, (await Assert.ThrowsAsync<TaktException>(() => takt.InferAsync("m", []))).Message);
    }

    [Theory]
    [InlineData("/relative", 1, 0)]
    [InlineData("http://takt.test", 0, 0)]
    [InlineData("http://takt.test", 1, -1)]
    public void A_client_that_could_not_work_is_not_made(string address, int seconds, int retries) => Assert.Throws<ArgumentException>(() =>
        new TaktClient(new Uri(address, address.StartsWith('/') ? UriKind.Relative : UriKind.Absolute), options: new() { Timeout = TimeSpan.FromSeconds(seconds), Retries = retries }));

    static async Task<TaktException> FailAsync(Func<HttpResponseMessage> answer)
    {
        using var server = new ScriptedServer(answer);
        using var takt = server.Client();
        return await Assert.ThrowsAsync<TaktException>(() => takt.Models.GetAsync("pres"));
    }
}
