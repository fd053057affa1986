using Takt.Protocols.Deployments;
using Takt.Protocols.Problems;

namespace Takt.Registry.Tests.Deployments;

public sealed class DeploymentStoreTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-deployments-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task What_is_wanted_is_kept_revision_by_revision_and_moves_the_stamp()
    {
        var registry = await OpenAsync();
        string stamp = registry.Models.Stamp();
        Assert.Empty(registry.Deployments.List());
        var whole = new DeploymentSpec
        {
            Traffic = [new("champion", 9), new("2")], SplitBy = "station", Rules = [new(new Dictionary<string, string> { ["station"] = "S7" }, "1")],
            Shadow = new("2", 0.5), Versions = new() { Latest = 2 }, Limits = new() { Queue = 10, TargetMs = 20 }, WarmUp = new() { Requests = 3 },
        };
        registry.Deployments.Set("press", whole);
        registry.Deployments.SetActive("press", false);
        Assert.NotEqual(stamp, registry.Models.Stamp());

        var again = ModelRegistry.Open(_home, TimeProvider.System).Deployments;
        Assert.Equal([1, 2], again.History("press").Select(d => d.Revision));
        var newest = Assert.Single(again.List());
        Assert.Equivalent(whole with { Active = false }, newest.Spec, strict: true);
        Assert.Equal(2, again.SetActive("press", false).Revision); // it already is
        Assert.Null(again.Set("press", null).Spec);
        Assert.Equal(["revision 1", "revision 2", "revision 3"], registry.Audit.List().Where(e => e.Kind == "deployment-changed").Select(e => e.Detail!.Split(", sha256 ")[0]).Reverse());
    }

    [Fact]
    public async Task Everything_wrong_with_a_wish_is_told_at_once_and_nothing_noted()
    {
        var registry = await OpenAsync();
        var wrong = new DeploymentSpec
        {
            Traffic = [new("champoin", -1), new("7", 0)], Shadow = new("2", 1.5), Fallback = "oven", Rules = [new(new Dictionary<string, string>(), "1")],
            Limits = new() { Queue = 0, TimeoutMs = -1 }, WarmUp = new() { Requests = -2 }, Versions = new() { Latest = 0 },
        };
        var problems = Assert.Throws<InputException>(() => registry.Deployments.Set("press", wrong)).Problems.Select(p => p.ToString()).ToArray();
        Assert.Equal(
        [
            "traffic: model 'press' has no alias 'champoin'. Did you mean 'champion'?",
            "traffic: model 'press' has no version 7. It has: 1, 2.",
            "traffic: weights that add up to nothing; expected at least one above 0.",
            "traffic to 'champoin': weight -1; expected a number from 0.",
            "rule to '1': a rule for every call; expected at least one parameter with its value. Use traffic for what no rule decides.",
            "versions.latest: the newest 0; expected at least 1.",
            "shadow.share: 1.5; expected a share from 0 to 1.",
            "fallback: no model 'oven'. There is: press.",
            "limits.queue: 0; expected a whole number from 1 to 1000000.",
            "warmUp.requests: -2; expected a whole number from 0 to 1000.",
            "limits.timeoutMs: -1; expected milliseconds above 0, at most a day.",
        ], problems);
        Assert.Empty(registry.Deployments.History("press"));
        Assert.Contains("no model 'pres'", Assert.Throws<InputException>(() => registry.Deployments.Set("pres", new())).Message);
    }

    [Fact]
    public async Task Rolling_back_takes_back_the_youngest_change_of_who_answers()
    {
        var registry = await OpenAsync();
        Assert.Contains("nothing to take back", Assert.Throws<InputException>(() => registry.Deployments.RollBack("press")).Message);
        registry.Aliases.Move("press", "champion", 2);
        Assert.Equal(1, registry.Deployments.NextRollBack("press")?.Move?.FromNumber);
        Assert.Equal("'champion' is back at press:1 (was 2)", registry.Deployments.RollBack("press"));
        Assert.Equal(1, registry.Models.Get("press").Aliases["champion"]);

        registry.Deployments.Set("press", new DeploymentSpec { Traffic = [new("1")] });
        registry.Deployments.Set("press", new DeploymentSpec { Traffic = [new("2")] });
        registry.Aliases.Move("press", "champion", 2); // the traffic does not follow it
        Assert.Equal("press answers as it did before revision 2 (now revision 3)", registry.Deployments.RollBack("press"));
        Assert.Equal("1", registry.Deployments.Find("press")!.Spec!.Traffic.Single().To);
        registry.Deployments.RollBack("press");
        Assert.Equal("2", registry.Deployments.Find("press")!.Spec!.Traffic.Single().To);
    }

    [Fact]
    public async Task A_promotion_out_of_a_split_is_one_change_and_one_step_back()
    {
        var registry = await OpenAsync();
        registry.Deployments.Promote("press", 1);
        Assert.Empty(registry.Deployments.History("press"));   // without a split only the alias moves
        registry.Deployments.Set("press", new DeploymentSpec { Traffic = [new("1"), new("2")], SplitBy = "station", Limits = new() { Queue = 7 } });
        registry.Deployments.Promote("press", 2);
        Assert.Equal((2, 0, 7), State());
        registry.Deployments.RollBack("press");
        Assert.Equal((1, 2, 7), State());
        registry.Deployments.RollBack("press");
        Assert.Equal((2, 0, 7), State());
        Assert.Throws<InputException>(() => registry.Deployments.Promote("press", 9));
        Assert.Equal((2, 0, 7), State());

        (int Champion, int Shares, int Queue) State()
        {
            var spec = registry.Deployments.Find("press")!.Spec!;
            return (registry.Models.Get("press").Aliases["champion"], spec.Traffic.Count, spec.Limits.Queue);
        }
    }

    [Fact]
    public async Task Rolling_back_takes_back_a_promotion_although_the_log_was_changed_since_and_leaves_the_log()
    {
        var registry = await OpenAsync();
        registry.Deployments.Set("press", new DeploymentSpec { Log = new() { Payloads = true, Share = 1 } });
        registry.Deployments.Promote("press", 2);
        registry.Deployments.Set("press", new DeploymentSpec { Log = new() { Payloads = true, Share = 1, Redact = ["operator"] }, Limits = new() { Queue = 7 } });
        Assert.Equal("'champion' is back at press:1 (was 2)", registry.Deployments.RollBack("press"));
        Assert.Equal((1, 2), (registry.Models.Get("press").Aliases["champion"], registry.Deployments.History("press").Count));

        // The same where the traffic led: only what leads goes back.
        registry.Deployments.Set("press", new DeploymentSpec { Traffic = [new("2")], Rules = [new(new Dictionary<string, string> { ["station"] = "S7" }, "1")] });
        registry.Deployments.Set("press", registry.Deployments.Find("press")!.Spec! with { Log = new() { Redact = ["operator"] }, Shadow = new("2") });
        Assert.Equal("press answers as it did before revision 3 (now revision 5)", registry.Deployments.RollBack("press"));
        var spec = registry.Deployments.Find("press")!.Spec!;
        Assert.Equal((0, 0, "operator", "2"), (spec.Traffic.Count, spec.Rules.Count, spec.Log!.Redact.Single(), spec.Shadow!.To));
        registry.Deployments.RollBack("press");
        spec = registry.Deployments.Find("press")!.Spec!;
        Assert.Equal(("2", 1, "operator"), (spec.Traffic.Single().To, spec.Rules.Count, spec.Log!.Redact.Single()));
    }

    [Fact]
    public async Task A_change_of_the_log_alone_is_nothing_to_take_back()
    {
        var registry = await OpenAsync();
        registry.Deployments.Set("press", new DeploymentSpec { Log = new() { Redact = ["operator"] } });
        registry.Deployments.Set("press", new DeploymentSpec { Log = new() { Redact = ["operator", "shift"] } });
        Assert.Contains("nothing to take back", Assert.Throws<InputException>(() => registry.Deployments.RollBack("press")).Message);
        Assert.Equal(2, registry.Deployments.Find("press")!.Revision);
    }

    [Fact]
    public async Task An_alias_that_only_a_rule_follows_goes_back_too_and_a_first_wish_leaves_nothing_behind()
    {
        var registry = await OpenAsync();
        registry.Aliases.Move("press", "steel", 1);
        registry.Deployments.Set("press", new DeploymentSpec { Rules = [new(new Dictionary<string, string> { ["recipe"] = "steel" }, "steel")] });
        registry.Aliases.Move("press", "steel", 2);
        Assert.Equal("'steel' is back at press:1 (was 2)", registry.Deployments.RollBack("press"));

        registry.Deployments.Set("press", null);
        registry.Deployments.Set("press", new DeploymentSpec { Traffic = [new("1")] });
        registry.Deployments.RollBack("press");
        Assert.Null(registry.Deployments.Find("press")!.Spec);
    }

    [Fact]
    public async Task What_a_deployment_names_does_not_vanish_under_it()
    {
        var registry = await OpenAsync();
        await Register.VersionAsync(registry, "c");
        await Register.VersionAsync(registry, "o", "oven");
        await Register.VersionAsync(registry, "p", "oven");
        registry.Aliases.Move("press", "challenger", 3);
        registry.Deployments.Set("press", new DeploymentSpec
        {
            Traffic = [new("champion"), new("2")], Rules = [new(new Dictionary<string, string> { ["station"] = "S7" }, "2")], Shadow = new("challenger"), Fallback = "oven:1",
        });
        var problems = Assert.Throws<InputException>(() => registry.Models.Delete("press", 2)).Problems.Select(p => p.ToString());
        string wayOut = "Say first how press is to be served without it: 'takt deployments set press FILE' or 'takt deployments clear press'.";
        Assert.Equal(
            [$"the deployment of press leads to press:2 (traffic); expected a version that no deployment names. {wayOut}", $"the deployment of press leads to press:2 (rules); expected a version that no deployment names. {wayOut}"],
            problems);
        Assert.Contains("press@challenger (shadow)", Assert.Throws<InputException>(() => registry.Aliases.Remove("press", "challenger")).Message);
        Assert.Contains("oven:1 (fallback)", Assert.Throws<InputException>(() => registry.Models.Delete("oven", 1)).Message);
        Assert.Equal((3, 2), (registry.Models.Get("press").Aliases["challenger"], registry.Models.Get("oven").Versions.Count));

        registry.Deployments.Set("press", new DeploymentSpec { Fallback = "oven" });
        registry.Models.Delete("oven", 1);
        Assert.Contains("oven:2 (fallback)", Assert.Throws<InputException>(() => registry.Models.Delete("oven", 2)).Message);   // the last one
        registry.Deployments.Set("press", null);
        registry.Models.Delete("press", 2);
        registry.Models.Delete("oven", 2);
        registry.Aliases.Remove("press", "challenger");
        Assert.Equal([1, 3], registry.Models.Get("press").Versions.Select(v => v.Number));
    }

    async Task<ModelRegistry> OpenAsync()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Register.VersionAsync(registry, "a", aliases: ["champion"]);
        await Register.VersionAsync(registry, "b");
        return registry;
    }
}
