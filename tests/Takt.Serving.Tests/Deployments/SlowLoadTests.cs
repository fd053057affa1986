using Takt.Protocols.Deployments;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;

namespace Takt.Tests.Serving;

/// <summary>While one version takes long to load, nothing waits for it but its own change.</summary>
public class SlowLoadTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Other_models_change_and_unknown_names_are_refused_meanwhile()
    {
        using var test = Plant();
        var (slow, loaded) = BeginSlowSwap(test);

        await Assert.ThrowsAsync<UnknownModelException>(() => test.AskAsync("pres").WaitAsync(Patience));
        test.Catalog.Alias("oven", "champion", 1);
        await test.Plane.SettleAsync("oven", default).WaitAsync(Patience);
        Assert.Equal("1", (await test.AskAsync("oven")).Version);
        test.Catalog.Add("saw", 1, "5");
        Assert.Equal(16, await test.ValueAsync("saw").WaitAsync(Patience));

        Assert.False(slow.IsCompleted); // who changed the press still waits for it, and the old version answers
        Assert.Equal("1", (await test.AskAsync("press")).Version);
        loaded.SetResult();
        await slow.WaitAsync(Patience);
        Assert.Equal("2", (await test.AskAsync("press")).Version);
    }

    [Fact]
    public async Task The_model_itself_goes_back_at_once_and_stays_there()
    {
        using var test = Plant();
        var (slow, loaded) = BeginSlowSwap(test);
        test.Catalog.Alias("press", "champion", 1);
        await test.Plane.SettleAsync("press", default).WaitAsync(Patience);
        await slow.WaitAsync(Patience); // what it waited for is not wanted any more
        loaded.SetResult();
        for (int i = 0; i < 4000 && !test.Plane.IsLoaded("press", 2); i++) await Task.Delay(5);
        Assert.True(test.Plane.IsLoaded("press", 2));
        await test.RefreshAsync();
        Assert.Equal("1", (await test.AskAsync("press")).Version);
    }

    [Fact]
    public async Task Who_changes_it_further_and_who_changed_it_before_both_see_the_last_change()
    {
        using var test = Plant();
        var (first, loaded) = BeginSlowSwap(test);
        test.Catalog.Alias("press", "candidate", 2);
        var second = test.Plane.SettleAsync("press", default);
        loaded.SetResult();
        await Task.WhenAll(first, second).WaitAsync(Patience);
        Assert.Equal("2", (await test.AskAsync("press")).Version);
        Assert.Equal("2", (await test.AskAsync("press@candidate")).Version);
        Assert.Equal(1, test.Backend.Models.Count(m => m.Factor == 1000));
    }

    [Fact]
    public async Task What_is_loaded_first_is_kept_until_the_last_is()
    {
        using var test = Plant();
        test.Catalog.Add("press", 3, "7").Deploy("press", new DeploymentSpec { Traffic = [new("2"), new("3")], WarmUp = new() { Requests = 0 } });
        var loaded = new TaskCompletionSource();
        test.Backend.Gates["1000"] = loaded.Task;
        var slow = test.Plane.SettleAsync("press", default);
        for (int i = 0; i < 4000 && !test.Plane.IsLoaded("press", 3); i++) await Task.Delay(5);
        test.Clock.Pass(2 * test.Options.IdleUnload);
        await test.Plane.RefreshAsync(default);
        Assert.True(test.Plane.IsLoaded("press", 3));
        loaded.SetResult();
        await slow.WaitAsync(Patience);
        Assert.Equal(1, test.Backend.Models.Count(m => m.Factor == 7));
    }

    [Fact]
    public async Task A_model_that_is_started_again_loads_once_however_often_the_catalog_is_looked_at()
    {
        using var test = Plant();
        test.Catalog.Deploy("press", new DeploymentSpec { Active = false });
        await test.RefreshAsync();
        var loaded = new TaskCompletionSource();
        test.Backend.Gates["2"] = loaded.Task;
        int before = test.Backend.Loads;
        test.Catalog.Deploy("press", new DeploymentSpec { Traffic = [new("1")], WarmUp = new() { Requests = 0 } });
        var started = test.Plane.SettleAsync("press", default);
        for (int i = 0; i < 3; i++) await test.Plane.RefreshAsync(default);
        loaded.SetResult();
        await started.WaitAsync(Patience);
        Assert.Equal("1", (await test.AskAsync("press")).Version);
        Assert.Equal(before + 1, test.Backend.Loads);
    }

    [Fact]
    public async Task A_model_that_is_deleted_while_it_loads_does_not_come_back()
    {
        using var test = Plant();
        var (slow, loaded) = BeginSlowSwap(test);
        test.Catalog.Remove("press", 1).Remove("press", 2);
        await test.Plane.SettleAsync("press", default).WaitAsync(Patience);
        await slow.WaitAsync(Patience);
        loaded.SetResult();
        for (int i = 0; i < 4000 && !test.Backend.Models.Any(m => m.Factor == 1000 && m.IsDisposed); i++) await Task.Delay(5);
        Assert.All(test.Backend.Models.Where(m => m.Factor is 2 or 1000), m => Assert.True(m.IsDisposed));
        await Assert.ThrowsAsync<UnknownModelException>(() => test.AskAsync("press"));
    }

    /// <summary>A press whose first version answers, and an oven whose second does.</summary>
    static PlaneUnderTest Plant()
    {
        var test = new PlaneUnderTest();
        test.Catalog.Alias("press", "champion", 1).Add("press", 2, "1000").Add("oven", 1, "3").Add("oven", 2, "4").Alias("oven", "champion", 2);
        Assert.Equal("1", test.AskAsync("press").Result.Version);
        Assert.Equal("2", test.AskAsync("oven").Result.Version);
        return test;
    }

    /// <summary>Gives the press its second version, which loads when it is told to.</summary>
    static (Task Slow, TaskCompletionSource Loaded) BeginSlowSwap(PlaneUnderTest test)
    {
        var loaded = new TaskCompletionSource();
        test.Backend.Gates["1000"] = loaded.Task;
        test.Catalog.Alias("press", "champion", 2);
        return (test.Plane.SettleAsync("press", default), loaded);
    }
}
