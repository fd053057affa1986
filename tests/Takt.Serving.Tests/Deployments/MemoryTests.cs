using System.Runtime.CompilerServices;
using Takt.Protocols.Deployments;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;

namespace Takt.Tests.Serving;

public class MemoryTests
{
    [Fact]
    public async Task Beyond_the_budget_the_version_used_least_recently_goes_and_comes_back_when_asked_for()
    {
        using var test = new PlaneUnderTest(new ServingOptions { MemoryBudget = 2500 }); // each takes 1000
        test.Catalog.Add("oven", 1, "3").Add("saw", 1, "4");
        foreach (string model in new[] { "press", "oven", "press" })
        {
            await test.AskAsync(model);
            test.Clock.Pass(TimeSpan.FromSeconds(10));
        }

        await test.AskAsync("saw");
        Assert.Equal(3, test.Backend.Loads);
        Assert.Equal([3.0], test.Backend.Models.Where(m => m.IsDisposed).Select(m => m.Factor)); // the oven's
        Assert.Equal(10, await test.ValueAsync("oven"));
        Assert.Equal([2.0, 3.0], test.Backend.Models.Where(m => m.IsDisposed).Select(m => m.Factor).Order()); // now the press's: twenty seconds
    }

    [Fact]
    public async Task The_log_says_why_a_version_went()
    {
        using var test = new PlaneUnderTest(new ServingOptions { MemoryBudget = 1500 });
        test.Catalog.Add("oven", 1, "3");
        await test.AskAsync("press");
        test.Clock.Pass(TimeSpan.FromSeconds(20));
        await test.AskAsync("oven");
        Assert.Equal(
            "Unloading press:1: the memory budget of 0 MiB is exceeded by 0 MiB, and of all versions at rest it was used least recently, 20 s ago",
            Assert.Single(test.Log.Lines, line => line.StartsWith("Unloading", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Versions_that_load_at_once_see_each_other()
    {
        using var test = new PlaneUnderTest(new ServingOptions { MemoryBudget = 2500, Places = 4 }, warmUp: 1);
        test.Catalog.Add("oven", 1, "3").Add("saw", 1, "4");
        await test.AskAsync("press");
        using CountdownEvent trying = new(2);
        using ManualResetEventSlim go = new();
        test.Backend.WorkingOn = (model, stop) =>
        {
            if (model.Factor != 2 && !trying.IsSet) trying.Signal();
            go.Wait(TimeSpan.FromSeconds(20), stop);
        };
        var both = Task.WhenAll(test.AskAsync("oven"), test.AskAsync("saw"));
        Assert.True(trying.Wait(TimeSpan.FromSeconds(20))); // both are read, and neither is ready
        Assert.Equal([2.0], test.Backend.Models.Where(m => m.IsDisposed).Select(m => m.Factor)); // three of a thousand have no room in 2500
        go.Set();
        await both;
        Assert.Equal(2, test.Backend.Models.Count(m => !m.IsDisposed));
    }

    [Fact]
    public async Task A_version_just_loaded_stays_before_one_that_nobody_has_asked_for_a_while()
    {
        using var test = new PlaneUnderTest(new ServingOptions { MemoryBudget = 2500 });
        test.Catalog.Add("oven", 1, "3").Add("saw", 1, "4");
        await test.AskAsync("oven");
        test.Clock.Pass(TimeSpan.FromHours(1));
        test.Catalog.Add("press", 2, "10").Deploy("press", new DeploymentSpec { Traffic = [new("2")], WarmUp = new() { Requests = 0 } });
        await test.RefreshAsync(); // press:2 is loaded, and nobody has called it yet
        test.Clock.Pass(TimeSpan.FromSeconds(1));
        await test.AskAsync("saw");
        Assert.Equal([3.0], test.Backend.Models.Where(m => m.IsDisposed).Select(m => m.Factor)); // the oven's
    }

    [Fact]
    public async Task A_version_that_does_not_load_after_all_takes_no_room()
    {
        using var test = new PlaneUnderTest(new ServingOptions { MemoryBudget = 2500 }, warmUp: 1);
        test.Catalog.Add("oven", 1, "3").Add("saw", 1, "4");
        await test.AskAsync("press");
        test.Backend.WorkingOn = (model, _) =>
        {
            if (model.Factor == 3) throw new InvalidOperationException("the oven is broken");
        };
        await Assert.ThrowsAsync<ModelUnavailableException>(() => test.AskAsync("oven"));
        Assert.Equal(13, await test.ValueAsync("saw"));
        Assert.Equal([3.0], test.Backend.Models.Where(m => m.IsDisposed).Select(m => m.Factor));
    }

    [Fact]
    public async Task What_was_mended_and_started_again_outlives_its_failure()
    {
        using var test = new PlaneUnderTest(new ServingOptions { FailedLoadRetry = TimeSpan.FromMilliseconds(300) });
        test.Backend.Broken["2"] = new IOException("device not ready");
        await Assert.ThrowsAsync<ModelUnavailableException>(() => test.AskAsync("press"));
        test.Catalog.Deploy("press", new DeploymentSpec { Active = false });
        await test.RefreshAsync();
        test.Backend.Broken.Clear();
        test.Catalog.Deploy("press", new DeploymentSpec { Traffic = [new("1")], WarmUp = new() { Requests = 0 } });
        await test.RefreshAsync();
        Assert.Equal(7, await test.ValueAsync("press"));
        await Task.Delay(600);
        Assert.True(test.Plane.IsLoaded("press", 1));
        Assert.Equal(2, test.Backend.Loads);
    }

    [Fact]
    public async Task A_version_at_work_stays()
    {
        using var test = new PlaneUnderTest(new ServingOptions { MemoryBudget = 1500 });
        test.Catalog.Add("oven", 1, "3");
        using ManualResetEventSlim working = new(), finish = new();
        test.Backend.WorkingOn = (model, stop) =>
        {
            if (model.Factor != 2) return;
            working.Set();
            finish.Wait(TimeSpan.FromSeconds(20), stop);
        };
        var call = Task.Run(() => test.ValueAsync("press"));
        working.Wait(TimeSpan.FromSeconds(20));
        Assert.Equal(10, await test.ValueAsync("oven"));
        Assert.DoesNotContain(test.Backend.Models, m => m.IsDisposed);
        finish.Set();
        Assert.Equal(7, await call);
    }

    [Fact]
    public async Task What_could_never_fit_is_refused_with_the_way_out()
    {
        using var test = new PlaneUnderTest(new ServingOptions { MemoryBudget = 500 });
        var refused = await Assert.ThrowsAsync<ModelUnavailableException>(() => test.AskAsync("press"));
        Assert.Contains("at most the server's memory budget", refused.Message);
        Assert.All(test.Backend.Models, m => Assert.True(m.IsDisposed));
    }

    [Fact]
    public async Task Nothing_keeps_a_model_that_has_gone()
    {
        using var test = new PlaneUnderTest();
        test.Backend.Working = _ => Thread.Sleep(2); // long enough for the workers to compute it
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => test.AskAsync("press"))));
        var gone = Weakly(test.Backend);
        test.Catalog.Add("press", 2, "10");
        await test.RefreshAsync();
        test.Clock.Pass(test.Options.IdleUnload + TimeSpan.FromSeconds(1));
        await test.RefreshAsync();
        for (int tries = 0; gone.IsAlive && tries < 100; tries++)
        {
            await Task.Delay(20);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(gone.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Weakly(ArithmeticBackend backend)
        {
            var model = new WeakReference(backend.Models.Single());
            backend.Models.Clear();
            return model;
        }
    }
}
