using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Takt.Client.Tests;

/// <summary>Answers one request after the other as the script says; the last answer holds for all that follow.</summary>
sealed class ScriptedServer(params Func<HttpResponseMessage>[] script) : HttpMessageHandler
{
    public static readonly Uri Address = new("http://takt.test/plant");

    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(100);

    public SkippingClock Clock { get; } = new();

    /// <summary>Method, path and body of each request.</summary>
    public List<(string Method, string Path, string Body)> Requests { get; } = [];

    public List<HttpRequestHeaders> Headers { get; } = [];

    /// <summary>Chance, which decides the waits; 0.5 unless it is set.</summary>
    public Func<double> Chance { get; set; } = () => 0.5;

    public TaktClient Client(string? key = null) =>
        new(Address, key, new TaktClientOptions { Handler = this, Clock = Clock, Chance = () => Chance(), Timeout = Limit });

    public static Func<HttpResponseMessage> Says(int status, string json = "{}", string? retryAfter = null, string type = "application/json") => () =>
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(json, Encoding.UTF8, type) };
        if (retryAfter is not null) response.Headers.Add("Retry-After", retryAfter);
        response.Headers.Add("X-Request-Id", "0HN7:1");
        return response;
    };

    public static Func<HttpResponseMessage> Breaks(HttpRequestError error) => () => throw new HttpRequestException(error, "the line is dead");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add((request.Method.Method, request.RequestUri!.PathAndQuery, request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)));
        Headers.Add(request.Headers);
        if (script.Length == 0) await Task.Delay(Timeout.Infinite, cancellationToken);
        return script[Math.Min(Requests.Count, script.Length) - 1]();
    }
}
