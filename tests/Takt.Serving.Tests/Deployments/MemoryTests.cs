using System.Runtime.CompilerServices;
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
