using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Takt.EndToEnd.Doors;
using Takt.Registry.Access;
using Takt.Serving.Statistics;

namespace Takt.EndToEnd.Access;

/// <summary>A stream is no way round what each request is held to.</summary>
public class StreamTests(GuardedServer server) : IClassFixture<GuardedServer>
{
    const string Message = """{"model_name":"press","inputs":[{"name":"x","datatype":"FP64","shape":[1,1],"contents":{"fp64_contents":[3]}},{"name":"y","datatype":"FP32","shape":[1,1],"contents":{"fp32_contents":[1]}}]}""";

    [Fact]
    public async Task Each_message_counts_and_what_is_too_much_is_told_in_its_answer()
    {
        string key = await KeyAsync(perMinute: 4);
        var stream = await StreamAsync(key, messages: 6);
        Assert.Null(stream["code"]);
        Assert.Equal([false, false, false, false, true, true], stream["answers"]!.AsArray().Select(a => a!["error_message"]!.GetValue<string>().Contains("more than 4 requests a minute", StringComparison.Ordinal)));
        Assert.Equal(8, (await StreamAsync(key, messages: 1))["code"]!.GetValue<int>());   // RESOURCE_EXHAUSTED
    }

    [Fact]
    public async Task A_key_that_is_taken_back_ends_its_stream()
    {
        string key = await KeyAsync(perMinute: null);
        var statistics = server.App.Services.GetRequiredService<ServingStatistics>();
        long Answered() => statistics.Snapshot().Sum(s => s.Success.Count);
        long before = Answered();
        var stream = StreamAsync(key, messages: 600, pauseMs: 50);
        while (Answered() == before && !stream.IsCompleted) await Task.Delay(10);
        server.Registry.Keys.Revoke(key.Split('_')[1]);
        var ended = await stream;
        Assert.Equal((16, "a key that was taken back"), (ended["code"]!.GetValue<int>(), ended["details"]!.GetValue<string>().Split(';')[0]));   // UNAUTHENTICATED
        Assert.InRange(ended["answers"]!.AsArray().Count, 1, 599);
    }

    async Task<string> KeyAsync(int? perMinute)
    {
        string key = server.Registry.Keys.Create("streams", Permissions.Predict, ModelPatterns.Every, perMinute: perMinute).Text;
        var patience = Stopwatch.StartNew();
        while (server.App.Services.GetRequiredService<Takt.Access.AccessDirectory>().Key(key.Split('_')[1]) is null)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60));
            await Task.Delay(20);
        }

        return key;
    }

    async Task<JsonNode> StreamAsync(string key, int messages, int pauseMs = 0) => (await GrpcClient.CallAsync(new Uri(server.App.Urls.Last()).Authority, $$"""
        [{"method":"ModelStreamInfer","metadata":{"authorization":"Bearer {{key}}"},"pauseMs":{{pauseMs}},"messages":[{{string.Join(',', Enumerable.Repeat(Message, messages))}}]}]
        """))[0]!;
}
