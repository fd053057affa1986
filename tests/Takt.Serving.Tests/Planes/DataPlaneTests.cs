using Microsoft.Extensions.Logging.Abstractions;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;

namespace Takt.Tests.Serving;

public class DataPlaneTests
{
    [Theory]
    [InlineData("press", 31)] // champion = 2, factor 10
    [InlineData("press@champion", 31)]
    [InlineData("press@candidate", 301)]
    [InlineData("press:1", 7)]
    [InlineData("press:3", 301)]
    public async Task A_reference_leads_to_its_version(string reference, double expected)
    {
        using var test = new PlaneUnderTest();
        test.Catalog.Add("press", 2, "10").Add("press", 3, "100").Alias("press", "champion", 2).Alias("press", "candidate", 3);
        Assert.Equal(expected, await test.ValueAsync(reference));
    }

    [Fact]
    public async Task A_bare_name_without_champion_means_the_newest_version()
    {
        using var test = new PlaneUnderTest();
        test.Catalog.Add("press", 2, "10");
        var answer = await test.AskAsync("press");
        Assert.Equal(("press", "2", "regression", "length", "mm"), (answer.Model, answer.Version, answer.Task, answer.Target, answer.Unit));
    }

    [Theory]
    [InlineData("pres", "no model 'pres'. Did you mean 'press'?")]
    [InlineData("press@champoin", "model 'press' has no alias 'champoin'. Did you mean 'champion'?")]
    [InlineData("press:7", "model 'press' has no version 7. It has: 1.")]
    public async Task What_is_not_there_is_told_with_the_nearest_that_is(string reference, string expected)
    {
        using var test = new PlaneUnderTest();
        test.Catalog.Alias("press", "champion", 1);
        Assert.Equal(expected, (await Assert.ThrowsAsync<UnknownModelException>(() => test.AskAsync(reference))).Message);
    }

    [Fact]
    public async Task A_model_registered_a_moment_ago_is_found_at_once()
    {
        using var test = new PlaneUnderTest();
        await test.AskAsync("press");
        test.Catalog.Add("oven", 1, "4");
        Assert.Equal(13, await test.ValueAsync("oven"));
    }

    [Fact]
    public async Task Concurrent_first_calls_share_one_load()
    {
        using var test = new PlaneUnderTest();
        var gate = new TaskCompletionSource();
        test.Backend.Gate = gate.Task;
        var calls = Enumerable.Range(0, 50).Select(_ => Task.Run(() => test.AskAsync("press"))).ToArray();
        await UntilAsync(() => test.Backend.Loads == 1);
        gate.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal(1, test.Backend.Loads);
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_end_the_load_for_the_others()
    {
        using var test = new PlaneUnderTest();
        var gate = new TaskCompletionSource();
        test.Backend.Gate = gate.Task;
        using var impatient = new CancellationTokenSource();
        var first = test.AskAsync("press", impatient.Token);
        var second = test.AskAsync("press");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        Assert.Equal("1", (await second).Version);
        Assert.Equal(1, test.Backend.Loads);
    }

    [Fact]
    public async Task Cancelling_reaches_the_model_at_work()
    {
        using var test = new PlaneUnderTest();
        var working = new TaskCompletionSource();
        test.Backend.Working = stop =>
        {
            working.SetResult();
            stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(20));
            stop.ThrowIfCancellationRequested();
        };
        using var caller = new CancellationTokenSource();
        var call = Task.Run(() => test.AskAsync("press", caller.Token));
        await working.Task;
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Swapping_under_load_loses_no_call_and_ends_every_old_version()
    {
        using var test = new PlaneUnderTest();
        test.Catalog.Alias("press", "champion", 1);
        test.Backend.Working = _ => Thread.Yield(); // a call is long enough to be caught in the middle
        using var done = new CancellationTokenSource();
        long answered = 0;
        var callers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            int newest = 0;
            while (!done.IsCancellationRequested)
            {
                var answer = await test.AskAsync("press");
                int version = int.Parse(answer.Version);
                Assert.Equal(2.0 * version * 3 + 1, answer.Predictions[0].Value.GetValue<double>());
                Assert.True(version >= newest, "an older version answered after a newer one had");
                newest = version;
                Interlocked.Increment(ref answered);
            }
        })).ToArray();
        for (int version = 2; version <= 40; version++)
        {
            long before = Interlocked.Read(ref answered);
            await UntilAsync(() => Interlocked.Read(ref answered) > before + 10 || callers.Any(c => c.IsCompleted));
            test.Catalog.Add("press", version, $"{2 * version}").Alias("press", "champion", version);
            await test.RefreshAsync();
            test.Catalog.Remove("press", version - 1);
            await test.RefreshAsync();
        }

        await done.CancelAsync();
        await Task.WhenAll(callers);
        Assert.Equal("40", (await test.AskAsync("press")).Version);
        Assert.Equal(1, test.Backend.Models.Count(m => !m.IsDisposed));
    }

    [Fact]
    public async Task A_deleted_version_ends_after_its_last_call()
    {
        using var test = new PlaneUnderTest();
        using var working = new ManualResetEventSlim();
        using var finish = new ManualResetEventSlim();
        test.Backend.Working = stop =>
        {
            working.Set();
            finish.Wait(TimeSpan.FromSeconds(20), stop);
        };
        var call = Task.Run(() => test.AskAsync("press"));
        working.Wait(TimeSpan.FromSeconds(20));
        test.Catalog.Remove("press", 1);
        await test.RefreshAsync();
        var model = Assert.Single(test.Backend.Models);
        Assert.False(model.IsDisposed);
        await Assert.ThrowsAsync<UnknownModelException>(() => test.AskAsync("press"));
        finish.Set();
        Assert.Equal("1", (await call).Version);
        Assert.True(model.IsDisposed);
        Assert.Empty(test.Plane.Statistics.Snapshot().Where(s => s.Requests > 1));
    }

    [Fact]
    public async Task A_version_that_was_made_anew_under_the_same_number_is_loaded_anew()
    {
        using var test = new PlaneUnderTest();
        Assert.Equal(7, await test.ValueAsync("press"));
        test.Catalog.Remove("press", 1).Add("press", 1, "20");
        await test.RefreshAsync();
        Assert.Equal(61, await test.ValueAsync("press"));
    }

    [Fact]
    public async Task A_new_version_that_does_not_load_leaves_the_old_one_answering()
    {
        using var test = new PlaneUnderTest();
        await test.AskAsync("press");
        test.Backend.Broken["10"] = new InputException("part model.onnx has another hash than the manifest says", wayOut: "Train it again", where: "/secret/place/abc.takt");
        test.Catalog.Add("press", 2, "10");
        await test.RefreshAsync();
        await test.RefreshAsync();
        Assert.Equal("1", (await test.AskAsync("press")).Version);
        Assert.Equal(2, test.Backend.Loads);
        var error = await Assert.ThrowsAsync<ModelUnavailableException>(() => test.AskAsync("press:2"));
        Assert.Equal("package of press:2: part model.onnx has another hash than the manifest says. Train it again.", error.Message);
        Assert.Contains("another hash", test.Plane.Statistics.Snapshot().Single(s => s.Version == 2).LastError);
    }

    [Fact]
    public async Task A_failed_load_is_tried_again_after_a_while_and_its_reason_stays_inside()
    {
        using var test = new PlaneUnderTest(new ServingOptions { FailedLoadRetry = TimeSpan.FromMilliseconds(100) }, TimeProvider.System);
        test.Backend.Broken["2"] = new IOException("/secret/place/abc.takt: device not ready");
        var error = await Assert.ThrowsAsync<ModelUnavailableException>(() => test.AskAsync("press"));
        Assert.Equal("press:1 does not load. The server's log says why.", error.Message);
        test.Backend.Broken.Clear();
        await UntilAsync(async () =>
        {
            try
            {
                return await test.ValueAsync("press") == 7;
            }
            catch (ModelUnavailableException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task A_version_nobody_leads_to_is_kept_for_a_rollback_and_unloaded_when_idle()
    {
        using var test = new PlaneUnderTest();
        await test.AskAsync("press");
        test.Catalog.Add("press", 2, "10");
        await test.RefreshAsync();
        test.Clock.Pass(test.Options.IdleUnload - TimeSpan.FromSeconds(1));
        await test.RefreshAsync();
        Assert.DoesNotContain(test.Backend.Models, m => m.IsDisposed);
        test.Clock.Pass(TimeSpan.FromSeconds(2));
        await test.RefreshAsync();
        Assert.Single(test.Backend.Models, m => m.IsDisposed);
        Assert.Equal("2", (await test.AskAsync("press")).Version);
        Assert.Equal(7, await test.ValueAsync("press:1"));
    }

    [Fact]
    public async Task The_watch_brings_in_a_moved_alias_and_survives_a_catalog_that_fails_for_a_while()
    {
        using var test = new PlaneUnderTest(new ServingOptions { WatchInterval = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);
        test.Catalog.Add("press", 2, "10").Alias("press", "champion", 1);
        using var watch = new CatalogWatch(test.Plane, test.Options, TimeProvider.System, NullLogger<CatalogWatch>.Instance);
        await watch.StartAsync(CancellationToken.None);
        Assert.Equal(7, await test.ValueAsync("press"));
        test.Catalog.Failure = new IOException("database is locked");
        await Task.Delay(100);
        Assert.Equal(7, await test.ValueAsync("press"));
        test.Catalog.Failure = null;
        test.Catalog.Alias("press", "champion", 2);
        await UntilAsync(async () => await test.ValueAsync("press") == 31);
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Bad_rows_fail_the_batch_and_are_all_told()
    {
        using var test = new PlaneUnderTest();
        var request = PlaneUnderTest.Rows(PlaneUnderTest.Row(1, 1), PlaneUnderTest.Row("a", 1), PlaneUnderTest.Row(1, null));
        var error = await Assert.ThrowsAsync<RowsRejectedException>(() => test.Plane.PredictAsync(new(new("press")), request));
        Assert.Equal(["row 1, x or y", "row 2, x or y"], error.Problems.Select(p => p.Where));
    }

    [Fact]
    public async Task Bad_rows_are_skipped_when_asked_and_the_good_ones_answered()
    {
        using var test = new PlaneUnderTest();
        var request = PlaneUnderTest.Rows(PlaneUnderTest.Row("a", 1), PlaneUnderTest.Row(1, 1)) with { OnError = OnError.Skip };
        var answer = (await test.Plane.PredictAsync(new(new("press")), request)).Response;
        Assert.Equal((1, 3.0), (answer.Predictions.Single().Row, answer.Predictions.Single().Value.GetValue<double>()));
        Assert.Equal(0, answer.Errors.Single().Row);
    }

    static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (int i = 0; i < 4000; i++)
        {
            if (await condition()) return;
            await Task.Delay(5);
        }

        Assert.Fail("it did not happen within twenty seconds");
    }
}
