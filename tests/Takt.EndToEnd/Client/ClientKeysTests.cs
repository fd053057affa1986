using System.Text.Json.Nodes;
using Takt.Client;
using Takt.EndToEnd.Access;

namespace Takt.EndToEnd.Client;

/// <summary>The client against a server that asks who is there.</summary>
public sealed class ClientKeysTests(GuardedServer server) : IClassFixture<GuardedServer>
{
    [Theory]
    [InlineData(null, 401)]
    [InlineData("expired", 401)]
    [InlineData("oven only", 403)]
    [InlineData("predict", null)]
    public async Task A_key_opens_what_it_is_for(string? key, int? refused)
    {
        using var takt = new TaktClient(server.Address, key is null ? null : server.Keys[key]);
        JsonObject[] rows = [new() { ["x"] = 3, ["y"] = 1 }];
        if (refused is null) Assert.Equal(7, (await takt.PredictAsync("press", rows)).Predictions.Single().Value.GetValue<double>());
        else Assert.Equal(refused, (await Assert.ThrowsAsync<TaktException>(() => takt.PredictAsync("press", rows))).Status);
    }

    [Fact]
    public async Task Who_asks_too_much_is_told_at_once_how_long_to_wait_if_the_call_has_not_that_long()
    {
        using var takt = new TaktClient(server.Address, server.Keys["three a minute"], new() { Timeout = TimeSpan.FromSeconds(10) });
        for (int call = 0; call < 3; call++) await takt.Models.MetadataAsync("press");
        var refused = await Assert.ThrowsAsync<TaktException>(() => takt.Models.MetadataAsync("press"));
        Assert.Equal(429, refused.Status);
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1));
    }
}
