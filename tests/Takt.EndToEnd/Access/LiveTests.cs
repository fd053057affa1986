using System.Text.Json.Nodes;
using Takt.EndToEnd.Doors;
using Takt.EndToEnd.Program;
using Takt.Graphs.Tests.Packages;

namespace Takt.EndToEnd.Access;

/// <summary>Which version was live when, asked over HTTP, on the page and by the command.</summary>
public sealed class LiveTests : RegistryServer
{
    [Fact]
    public async Task A_split_and_a_stop_are_told_alike_by_the_API_the_page_and_the_command()
    {
        await RegisterAsync("press", Samples.Classifier(), "champion");
        await RegisterAsync("press", Samples.Classifier(threshold: 0.9));
        await PutAsync("/api/deployments/press", JsonNode.Parse("""{"traffic":[{"to":"champion","weight":3},{"to":"2"}],"splitBy":"station","rules":[{"when":{"recipe":"steel"},"to":"2"}]}""")!);
        var split = TimeProvider.System.GetUtcNow();
        await PostAsync("/api/deployments/press/stop", new JsonObject());
        string at = split.UtcDateTime.ToString("O");

        const string expected = """{"version":null,"stopped":false,"answering":[{"version":1,"share":0.75},{"version":2,"share":0.25}],"splitBy":"station","rules":[{"when":{"recipe":"steel"},"version":2}],"revision":1,"notLoaded":[]}""";
        Assert.Equal(expected, Told(await GetAsync($"/api/audit/live/press?at={at}")));
        Assert.Equal(expected, Told((await TaktProgram.RunAsync(Home, "audit", "live", "press", "--at", at, "--home", Home, "--json")).Json));
        string said = (await TaktProgram.RunAsync(Home, "audit", "live", "press", "--at", at, "--home", Home)).Output;
        Assert.Contains("press was version 1 (75 %), version 2 (25 %), split by station (revision 1 of its deployment).", said.ReplaceLineEndings(" "));
        Assert.Contains("Where recipe = steel: version 2.", said);
        string page = await Http.GetStringAsync(new Uri($"/audit?live=press&at={at}", UriKind.Relative));
        Assert.Contains("These answered: press:1 (75", page);
        Assert.Contains("Where recipe = steel: press:2.", page);

        Assert.True((await GetAsync("/api/audit/live/press"))["stopped"]!.GetValue<bool>());
        Assert.Contains("press was stopped", await Http.GetStringAsync(new Uri("/audit?live=press", UriKind.Relative)));
        Assert.Contains("is no time", await Http.GetStringAsync(new Uri("/audit?live=press&at=noon", UriKind.Relative)));
        Assert.True((await GetAsync("/api/audit/verification"))["whole"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_version_that_was_wanted_and_did_not_load_is_told()
    {
        await RegisterAsync("press", Samples.Classifier(), "champion");
        await PutAsync("/api/deployments/press", JsonNode.Parse("""{"traffic":[{"to":"champion"}]}""")!);
        await File.WriteAllTextAsync(await RegisterAsync("press", Samples.Classifier(threshold: 0.9)), "no package");
        Assert.Empty((await GetAsync("/api/audit/live/press"))["notLoaded"]!.AsArray());
        await PostAsync("/api/models/press/aliases", JsonNode.Parse("""{"alias":"champion","version":2}""")!);
        var live = await GetAsync("/api/audit/live/press");
        Assert.Equal(2, live["version"]!.GetValue<int>());   // so it was wanted
        var notLoaded = Assert.Single(live["notLoaded"]!.AsArray())!;
        Assert.Equal(2, notLoaded["version"]!.GetValue<int>());
        Assert.Contains("press:2", notLoaded["reason"]!.GetValue<string>());
        var entry = (await GetAsync("/api/audit?subject=press&limit=1"))["entries"]![0]!;
        Assert.Equal(("takt", "load-failed", "press:2"), (entry["actor"]!.GetValue<string>(), entry["kind"]!.GetValue<string>(), entry["subject"]!.GetValue<string>()));
        Assert.Contains("But a server could not load version 2", (await TaktProgram.RunAsync(Home, "audit", "live", "press", "--home", Home)).Output.ReplaceLineEndings(" "));
        Assert.Contains("A server could not load press:2", await Http.GetStringAsync(new Uri("/audit?live=press", UriKind.Relative)));
        await PostAsync("/api/models/press/aliases", JsonNode.Parse("""{"alias":"champion","version":1}""")!);
        Assert.Empty((await GetAsync("/api/audit/live/press"))["notLoaded"]!.AsArray());
        Assert.True((await GetAsync("/api/audit/verification"))["whole"]!.GetValue<bool>());
    }

    /// <summary>Everything but the model and the time.</summary>
    static string Told(JsonNode answer)
    {
        var told = answer.DeepClone().AsObject();
        Assert.True(told.Remove("model") && told.Remove("at"));
        return told.ToJsonString();
    }
}
