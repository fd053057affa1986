using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;

namespace Takt.Tests.Serving;

public class DeploymentTests
{
    [Fact]
    public async Task Traffic_is_shared_out_by_weight()
    {
        using var test = Three(new DeploymentSpec { Traffic = [new("1", 70), new("2", 20), new("champion", 10)] });
        var answered = await VersionsAsync(test, 1000, _ => []);
        Assert.Equal([700, 200, 100], Counts(answered), (expected, actual) => Math.Abs(expected - actual) <= 2); // shared out evenly, not by chance
        Assert.All(Enumerable.Range(0, 10), block => Assert.InRange(answered.Skip(100 * block).Take(100).Count(v => v == "1"), 68, 72));
    }

    [Fact]
    public async Task A_station_stays_on_one_version_and_stations_are_shared_out_by_weight()
    {
        using var test = Three(new DeploymentSpec { Traffic = [new("1", 75), new("2", 25)], SplitBy = "station" });
        var first = await VersionsAsync(test, 2000, i => new() { ["station"] = $"S{i}" });
        Assert.Equal(first, await VersionsAsync(test, 2000, i => new() { ["station"] = $"S{i}" }));
        Assert.InRange(Counts(first)[1], 500 - 78, 500 + 78); // four standard deviations of 2000 draws at a quarter

        // Another server, or the same after a restart, decides alike; and a shift of weights moves only those that must move.
        using var other = Three(new DeploymentSpec { Traffic = [new("1", 70), new("2", 30)], SplitBy = "station" });
        var second = await VersionsAsync(other, 2000, i => new() { ["station"] = $"S{i}" });
        Assert.All(first.Zip(second), v => Assert.True(v.First == v.Second || (v.First == "1" && v.Second == "2")));
        Assert.InRange(first.Zip(second).Count(v => v.First != v.Second), 40, 170);
    }

    [Fact]
    public async Task Rules_look_at_the_parameters_before_the_split()
    {
        using var test = Three(new DeploymentSpec
        {
            Traffic = [new("1")],
            Rules = [new(new Dictionary<string, string> { ["station"] = "S7", ["recipe"] = "steel" }, "2"), new(new Dictionary<string, string> { ["station"] = "S7" }, "champion")],
        });
        Assert.Equal("2", await VersionAsync(test, new() { ["station"] = "S7", ["recipe"] = "steel", ["shift"] = "late" }));
        Assert.Equal("3", await VersionAsync(test, new() { ["station"] = "S7", ["recipe"] = "brass" }));
        Assert.Equal("1", await VersionAsync(test, new() { ["recipe"] = "steel" }));
        Assert.Equal("1", await VersionAsync(test, []));
    }

    [Fact]
    public async Task Everything_a_deployment_wants_is_loaded_before_anybody_asks()
    {
        using var test = Three(new DeploymentSpec { Traffic = [new("champion", 9), new("2", 1)], Versions = new() { Latest = 1 } });
        await test.RefreshAsync();
        Assert.Equal(2, test.Backend.Loads); // 3 is the champion and the newest
        var state = Assert.Single(await test.Plane.DeploymentsAsync(default));
        Assert.Equal([new AnsweringVersion(2, 0.1), new AnsweringVersion(3, 0.9)], state.Answering);
        Assert.Equal([(2, "READY"), (3, "READY")], state.Versions.Select(v => (v.Version, v.State)));
        Assert.Equal((1, null), (state.Revision, state.Problem));
    }

    [Fact]
    public async Task Named_versions_answer_as_the_policy_says_and_others_do_not()
    {
        using var test = Three(new DeploymentSpec { Versions = new() { Named = ["2"] }, Traffic = [new("champion")] });
        Assert.Equal("2", (await test.AskAsync("press:2")).Version);
        Assert.Equal("3", (await test.AskAsync("press:3")).Version);
        Assert.Equal("press:1 is not served. The deployment of press serves: 2, 3.", (await Assert.ThrowsAsync<UnknownModelException>(() => test.AskAsync("press:1"))).Message);
        test.Catalog.Deploy("press", new DeploymentSpec { Versions = new() { All = true } });
        await test.RefreshAsync();
        Assert.Equal("1", (await test.AskAsync("press:1")).Version);
        Assert.Equal(3, test.Backend.Models.Count(m => !m.IsDisposed));
    }

    [Fact]
    public async Task A_new_split_takes_over_at_once_when_all_its_versions_are_ready()
    {
        using var test = Three(new DeploymentSpec { Traffic = [new("1")] });
        Assert.Equal("1", await VersionAsync(test, []));
        var gate = new TaskCompletionSource();
        test.Backend.Gate = gate.Task;
        test.Catalog.Deploy("press", new DeploymentSpec { Traffic = [new("2"), new("3")] });
        var refresh = test.RefreshAsync();
        Assert.Equal(["1"], (await VersionsAsync(test, 20, _ => [])).Distinct());
        gate.SetResult();
        await refresh;
        Assert.Equal([0, 10, 10], Counts(await VersionsAsync(test, 20, _ => [])), (a, b) => Math.Abs(a - b) <= 1);
    }

    [Fact]
    public async Task A_version_that_does_not_load_leaves_its_label_where_it_was_and_says_why()
    {
        using var test = Three(new DeploymentSpec { Traffic = [new("champion")] });
        Assert.Equal("3", await VersionAsync(test, []));
        test.Backend.Broken["1000"] = new InputException("a damaged package");
        test.Catalog.Add("press", 4, "1000").Alias("press", "champion", 4);
        await test.RefreshAsync();
        Assert.Equal("3", await VersionAsync(test, []));
        var state = Assert.Single(await test.Plane.DeploymentsAsync(default));
        Assert.Equal("package of press:4: a damaged package.", state.Problem);
        Assert.Equal("UNAVAILABLE", state.Versions.Single(v => v.Version == 4).State);
        test.Catalog.Alias("press", "champion", 2);
        await test.RefreshAsync();
        Assert.Equal("2", await VersionAsync(test, []));
        Assert.Null(Assert.Single(await test.Plane.DeploymentsAsync(default)).Problem);
    }

    [Fact]
    public async Task Going_back_finds_the_old_version_hot()
    {
        using var test = Three(new DeploymentSpec { Traffic = [new("champion")] });
        await test.RefreshAsync();
        test.Catalog.Alias("press", "champion", 2);
        await test.RefreshAsync();
        int loads = test.Backend.Loads;
        test.Catalog.Alias("press", "champion", 3);
        await test.RefreshAsync();
        Assert.Equal("3", await VersionAsync(test, []));
        Assert.Equal(loads, test.Backend.Loads);
    }

    [Fact]
    public async Task A_model_that_is_not_to_be_served_is_unloaded_and_refuses_until_it_is()
    {
        using var test = Three(new DeploymentSpec { Traffic = [new("1")] });
        Assert.Equal("1", await VersionAsync(test, []));
        test.Catalog.Deploy("press", new DeploymentSpec { Active = false });
        await test.RefreshAsync();
        Assert.All(test.Backend.Models, m => Assert.True(m.IsDisposed));
        Assert.Equal("press is not to be served. Start it: 'takt deployments start press'.", (await Assert.ThrowsAsync<ModelUnavailableException>(() => test.AskAsync("press"))).Message);
        Assert.Empty(Assert.Single(await test.Plane.DeploymentsAsync(default)).Answering);
        test.Catalog.Deploy("press", null);
        await test.RefreshAsync();
        Assert.Equal("3", await VersionAsync(test, []));
    }

    [Fact]
    public async Task The_fallback_answers_what_has_no_room_or_no_time()
    {
        using var test = Three(new DeploymentSpec { Traffic = [new("1")], Fallback = "spare@champion", Limits = new() { Queue = 1 } }, new ServingOptions { Places = 1 });
        test.Catalog.Add("spare", 7, "50").Alias("spare", "champion", 7);
        await test.AskAsync("spare"); // it takes no time at all, so it does not need the place's queue for long
        using ManualResetEventSlim holding = new(), open = new();
        test.Backend.Working = stop =>
        {
            holding.Set();
            open.Wait(TimeSpan.FromSeconds(20), stop);
        };
        var first = Task.Run(() => test.AskAsync("press"));
        holding.Wait(TimeSpan.FromSeconds(20));
        var second = test.AskAsync("press");
        while (test.Plane.Waiting("press", 1) == 0) await Task.Delay(5);
        var third = test.AskAsync("press"); // the queue is full: spare waits in its own
        while (test.Plane.Waiting("spare", 7) == 0) await Task.Delay(5);
        open.Set();
        Assert.Equal(("press", "press", "spare"), ((await first).Model, (await second).Model, (await third).Model));
        Assert.Equal(("7", 151.0), ((await third).Version, (await third).Predictions[0].Value.GetValue<double>()));

        var late = new CallContext(new ModelReference("press")) { Deadline = test.Clock.GetUtcNow() - TimeSpan.FromSeconds(1) };
        Assert.Equal("spare", (await test.Plane.PredictAsync(late, PlaneUnderTest.Rows(PlaneUnderTest.Row(1, 1)))).Response.Model);
    }

    [Fact]
    public async Task The_limits_say_how_many_threads_share_a_call()
    {
        using var test = Three(new DeploymentSpec { Traffic = [new("1")], Limits = new() { Threads = 3 } });
        await test.AskAsync("press");
        Assert.Equal(3, test.Backend.Models.First(m => !m.IsDisposed && m.Threads > 0).Threads);
    }

    [Fact]
    public async Task The_deployments_timeout_and_queue_hold_for_callers_who_say_nothing()
    {
        using var test = Three(new DeploymentSpec { Traffic = [new("1")], Limits = new() { TimeoutMs = 5 } });
        test.Backend.Working = _ => test.Clock.Pass(TimeSpan.FromMilliseconds(10));
        await Assert.ThrowsAsync<DeadlineException>(async () =>
        {
            for (int i = 0; i < 3; i++) await test.AskAsync("press"); // the first shows that it takes ten
        });
    }

    static PlaneUnderTest Three(DeploymentSpec spec, ServingOptions? options = null)
    {
        var test = new PlaneUnderTest(options);
        test.Catalog.Add("press", 2, "10").Add("press", 3, "100").Alias("press", "champion", 3).Deploy("press", spec with { WarmUp = new() { Requests = 0 } });
        return test;
    }

    static async Task<string> VersionAsync(PlaneUnderTest test, Dictionary<string, string> parameters) =>
        (await test.Plane.PredictAsync(new CallContext(new ModelReference("press")) { Parameters = parameters }, PlaneUnderTest.Rows(PlaneUnderTest.Row(1, 1)))).Response.Version;

    static async Task<string[]> VersionsAsync(PlaneUnderTest test, int calls, Func<int, Dictionary<string, string>> parameters)
    {
        var versions = new string[calls];
        for (int i = 0; i < calls; i++) versions[i] = await VersionAsync(test, parameters(i));
        return versions;
    }

    static int[] Counts(string[] versions) => [.. new[] { "1", "2", "3" }.Select(v => versions.Count(a => a == v))];
}
