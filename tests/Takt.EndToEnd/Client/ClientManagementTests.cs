using Takt.Client;
using Takt.EndToEnd.Doors;
using Takt.Graphs.Tests.Packages;
using Takt.Protocols.Deployments;
using Takt.Protocols.OpenInference;

namespace Takt.EndToEnd.Client;

/// <summary>The client against the real server with a real registry.</summary>
public sealed class ClientManagementTests : RegistryServer
{
    [Fact]
    public async Task Versions_are_promoted_split_stopped_and_rolled_back()
    {
        using var takt = new TaktClient(Http.BaseAddress!, options: new() { FirstDelay = TimeSpan.FromMilliseconds(1) });
        await RegisterAsync("press", Samples.Classifier(), "champion");
        await RegisterAsync("press", Samples.Classifier(threshold: 0.9));
        var model = Assert.Single(await takt.Models.ListAsync());
        Assert.Equal(("press", 1, 2), (model.Name, model.Default, model.Versions.Count));
        Assert.Equal(2, (await takt.Models.GetAsync("press:2")).Version.Number);

        Assert.Equal("1", await VersionAsync(takt));
        Assert.Equal(2, (await takt.Models.PromoteAsync("press", 2))["champion"]);
        Assert.Equal("2", await VersionAsync(takt));
        Assert.Equal(404, (await Assert.ThrowsAsync<TaktException>(() => takt.Models.PromoteAsync("press", 7))).Status);

        var state = await takt.Deployments.SetAsync("press", new DeploymentSpec { Traffic = [new("1", 3), new("champion")], SplitBy = "station", Limits = new() { Queue = 16 } });
        Assert.Equal((1, 16, "station"), (state.Revision, state.Spec!.Limits.Queue, state.Spec.SplitBy));
        Assert.Equal([0.25, 0.75], state.Answering.Select(a => a.Share).Order());
        Assert.All(state.Versions, version => Assert.Equal("READY", version.State));
        Assert.All(state.Versions, version => Assert.Equal(2, version.Batching.Reasons.Count));
        Assert.Equal(state.Revision, (await takt.Deployments.GetAsync("press")).Revision);

        Assert.Single((await takt.Deployments.RollBackAsync("press", "scrap rate rose")).Answering);
        Assert.Empty((await takt.Deployments.StopAsync("press")).Versions);
        var refused = await Assert.ThrowsAsync<TaktException>(() => VersionAsync(takt));
        Assert.Equal(503, refused.Status);
        Assert.Contains("takt deployments start press", refused.Message);
        await takt.Deployments.StartAsync("press");
        Assert.NotEmpty(await VersionAsync(takt));
        Assert.Null((await takt.Deployments.ResetAsync("press")).Spec);
        Assert.Equal("press", Assert.Single(await takt.Deployments.ListAsync()).Model);
    }

    [Fact]
    public async Task Texts_travel_as_bytes_too_and_give_what_the_rows_give()
    {
        using var takt = new TaktClient(Http.BaseAddress!);
        await RegisterAsync("press", Samples.Classifier());
        var rows = (await takt.PredictAsync("press", Rows())).Predictions;
        var answer = await takt.InferAsync("press",
            [InferTensor.Of("Torque", new[] { 51.5, 33.1, double.NaN }, 3), InferTensor.Of("Grade", ["L", "M", "unheard of"], 3), InferTensor.Of("Cooled", new double[] { 1, 0, 1 }, 3)]);
        var probabilities = answer.Outputs.Single(o => o.Name == "probability").Elements<float>().ToArray();
        Assert.Equal(rows.Select(r => (float)r.Probability!.Value), probabilities.Where((_, i) => i % 2 == 1));
        Assert.Equal(rows.Select(r => r.Value.ToString()), answer.Outputs.Single(o => o.Name == "value").Texts.ToArray());
    }

    static async Task<string> VersionAsync(TaktClient takt) => (await takt.PredictAsync("press", Rows())).Version;
}
