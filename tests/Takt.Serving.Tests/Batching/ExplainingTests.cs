using Takt.Protocols.Names;
using Takt.Protocols.Rows;
using Takt.Serving.Calls;
using Takt.Serving.Planes;

namespace Takt.Tests.Serving;

/// <summary>Explanations take long: they leave places, and what is known of predictions, alone.</summary>
public class ExplainingTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Explanations_of_a_version_take_one_place_and_everyone_else_the_others()
    {
        using var test = new PlaneUnderTest(new ServingOptions { Places = 2 });
        test.Catalog.Add("oven", 1, "3");
        using SemaphoreSlim begun = new(0);
        using ManualResetEventSlim go = new();
        int atOnce = 0, most = 0;
        test.Backend.Explaining = stop =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            begun.Release();
            go.Wait(Patience, stop);
            Interlocked.Decrement(ref atOnce);
        };
        Task<PredictAnswer>[] explained = [ExplainAsync(test, new() { ["y"] = 1, ["x"] = 1 }), ExplainAsync(test, new() { ["x"] = 2, ["y"] = 1 })];
        Assert.True(await begun.WaitAsync(Patience));
        for (int i = 0; i < 4000 && test.Plane.Waiting("press", 1) < 1; i++) await Task.Delay(5);
        Assert.Equal(7, await test.ValueAsync("press").WaitAsync(Patience)); // the other place is free, also for the version that explains
        Assert.Equal(10, await test.ValueAsync("oven").WaitAsync(Patience));
        Assert.Equal((1, 1), (most, test.Plane.Waiting("press", 1)));
        go.Set();
        Assert.All(await Task.WhenAll(explained), answer => Assert.NotNull(answer.Response.Predictions[0].Explanation));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_caller_that_leaves_while_its_explanation_waits_costs_nothing()
    {
        using var test = new PlaneUnderTest(new ServingOptions { Places = 2 });
        using SemaphoreSlim begun = new(0);
        using ManualResetEventSlim go = new();
        test.Backend.Explaining = stop =>
        {
            begun.Release();
            go.Wait(Patience, stop);
        };
        var first = ExplainAsync(test, PlaneUnderTest.Row(1, 1));
        Assert.True(await begun.WaitAsync(Patience));
        using var caller = new CancellationTokenSource();
        var second = ExplainAsync(test, PlaneUnderTest.Row(2, 1), caller.Token);
        for (int i = 0; i < 4000 && test.Plane.Waiting("press", 1) < 1; i++) await Task.Delay(5);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Patience));
        go.Set();
        await first;
        Assert.Equal(0, begun.CurrentCount);
    }

    [Fact]
    public async Task What_explanations_take_says_nothing_of_predictions()
    {
        using var test = new PlaneUnderTest(new ServingOptions { Places = 1 });
        test.Backend.Working = _ => test.Clock.Pass(TimeSpan.FromMilliseconds(2));
        test.Backend.Explaining = _ => test.Clock.Pass(TimeSpan.FromMilliseconds(500));
        for (int i = 0; i < 20; i++)
        {
            await test.AskAsync("press");
            await ExplainAsync(test, PlaneUnderTest.Row(1, 1));
        }

        var batching = Assert.Single((await test.Plane.DeploymentsAsync(default))[0].Versions).Batching;
        Assert.Equal(2, batching.FixedMs + batching.RowMs, 0.01);
        var soon = new CallContext(ModelReference.Parse("press")) { Timeout = TimeSpan.FromMilliseconds(50) };
        await test.Plane.PredictAsync(soon, PlaneUnderTest.Rows(PlaneUnderTest.Row(1, 1)));
        var refused = await Assert.ThrowsAsync<DeadlineException>(() => test.Plane.PredictAsync(soon, new RowsRequest([PlaneUnderTest.Row(1, 1)], Explain: true)));
        Assert.Contains("about 502 ms", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crowd_of_explanations_has_no_prediction_refused()
    {
        using var test = new PlaneUnderTest(new ServingOptions { Places = 2 });
        test.Backend.Working = _ => test.Clock.Pass(TimeSpan.FromMilliseconds(1));
        test.Backend.Explaining = _ => test.Clock.Pass(TimeSpan.FromMilliseconds(500));
        for (int i = 0; i < 20; i++)
        {
            await test.AskAsync("press");
            await ExplainAsync(test, PlaneUnderTest.Row(1, 1));
        }

        using SemaphoreSlim begun = new(0);
        using ManualResetEventSlim go = new();
        test.Backend.Explaining = stop =>
        {
            begun.Release();
            go.Wait(Patience, stop);
        };
        var crowd = Enumerable.Range(0, 20).Select(_ => ExplainAsync(test, PlaneUnderTest.Row(1, 1))).ToArray();
        Assert.True(await begun.WaitAsync(Patience));
        for (int i = 0; i < 4000 && test.Plane.Waiting("press", 1) < 18; i++) await Task.Delay(5);
        var soon = new CallContext(ModelReference.Parse("press")) { Timeout = TimeSpan.FromMilliseconds(100) };
        await test.Plane.PredictAsync(soon, PlaneUnderTest.Rows(PlaneUnderTest.Row(1, 1))).WaitAsync(Patience);
        await Assert.ThrowsAsync<DeadlineException>(() => test.Plane.PredictAsync(soon with { Timeout = TimeSpan.FromSeconds(5) }, new RowsRequest([PlaneUnderTest.Row(1, 1)], Explain: true)));
        go.Set();
        await Task.WhenAll(crowd);
    }

    static Task<PredictAnswer> ExplainAsync(PlaneUnderTest test, System.Text.Json.Nodes.JsonObject row, CancellationToken stop = default) =>
        Task.Run(() => test.Plane.PredictAsync(new CallContext(ModelReference.Parse("press")) { Stop = stop }, new RowsRequest([row], Explain: true)), CancellationToken.None);
}
