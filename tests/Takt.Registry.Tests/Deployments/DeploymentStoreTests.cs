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
        Assert.Equal(["revision 1", "revision 2", "revision 3"], registry.Audit.List().Where(e => e.Kind == "deployment-changed").Select(e => e.Detail).Reverse());
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
        Assert.Equal("'champion' is back at press:1 (was 2)", registry.Deployments.RollBack("press"));
        Assert.Equal(1, registry.Models.Get("press").Aliases["champion"]);

        registry.Deployments.Set("press", new DeploymentSpec { Traffic = [new("1")] });
        registry.Deployments.Set("press", new DeploymentSpec { Traffic = [new("2")] });
        registry.Aliases.Move("press", "champion", 2); // the traffic does not follow it
        Assert.Equal("press is served as in revision 1 again (now revision 3)", registry.Deployments.RollBack("press"));
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

    async Task<ModelRegistry> OpenAsync()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Register.VersionAsync(registry, "a", aliases: ["champion"]);
        await Register.VersionAsync(registry, "b");
        return registry;
    }
}
