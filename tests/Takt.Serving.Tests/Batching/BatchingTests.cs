using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Serving.Calls;

namespace Takt.Tests.Serving;

public class BatchingTests
{
    [Fact]
    public async Task Rows_that_wait_are_computed_together_and_each_caller_gets_its_own()
    {
        using var gate = new Gatekeeper();
        var answers = new[] { gate.AskAsync(10, 2), gate.AskAsync(20, 1), gate.AskAsync(30, 3) };
        await gate.UntilWaitingAsync(3);
        await gate.OpenAsync();
        Same([20.0, 22], Values(await answers[0]));
        Same([40.0], Values(await answers[1]));
        Same([60.0, 62, 64], Values(await answers[2]));
        Assert.Equal([0, 1, 2], (await answers[2]).Response.Predictions.Select(p => p.Row));
        Assert.Equal([6], gate.Calls);
    }

    [Fact]
    public async Task Tensors_that_wait_are_joined_and_split_again()
    {
        using var gate = new Gatekeeper();
        var answers = new[] { gate.InferAsync(1, 2), gate.InferAsync(3), gate.InferAsync(4, 5, 6) };
        await gate.UntilWaitingAsync(3);
        await gate.OpenAsync();
        Same([2.0, 4], (await answers[0]).Outputs[0].Elements<double>().ToArray());
        Same([6.0], (await answers[1]).Outputs[0].Elements<double>().ToArray());
        Same([8.0, 10, 12], (await answers[2]).Outputs[0].Elements<double>().ToArray());
        Assert.Equal([3L, 1], (await answers[2]).Outputs[1].Shape);
        Same([false, false, true], (await answers[2]).Outputs[1].Elements<bool>().ToArray());
        Assert.Equal([6], gate.Calls);
    }

    [Fact]
    public async Task What_does_not_fit_together_is_computed_apart()
    {
        using var gate = new Gatekeeper();
        var rows = gate.AskAsync(1);
        var explained = gate.Test.Plane.PredictAsync(new(new("press")), new RowsRequest([PlaneUnderTest.Row(2, 0)], Explain: true));
        var whole = gate.InferAsync(3);
        var single = gate.Test.Plane.InferAsync(new(new("press")), [InferTensor.Of("x", [4L], 1), InferTensor.Of("y", [0f], 1)]); // INT64 for FP64 is allowed, but is another type
        await gate.UntilWaitingAsync(4);
        await gate.OpenAsync();
        await Task.WhenAll(rows, explained, whole, single);
        Assert.NotNull((await explained).Response.Predictions[0].Explanation);
        Assert.Equal([1, 1, 1, 1], gate.Calls);
    }

    [Fact]
    public async Task A_request_that_fails_takes_none_of_its_batch_with_it()
    {
        using var gate = new Gatekeeper();
        var answers = new[] { gate.AskAsync(1), gate.AskAsync(666), gate.AskAsync(3) };
        await gate.UntilWaitingAsync(3);
        int calls = 0;
        var hold = gate.Test.Backend.Working;
        gate.Test.Backend.Working = stop =>
        {
            hold(stop);
            if (Interlocked.Increment(ref calls) is 1 or 3) throw new InputException("too much of it"); // the batch, and then the second request alone
        };
        await gate.OpenAsync();
        Same([2.0], Values(await answers[0]));
        Assert.Equal("too much of it.", (await Assert.ThrowsAsync<InputException>(() => answers[1])).Message);
        Same([6.0], Values(await answers[2]));
        Assert.Equal([3, 1, 1, 1], gate.Calls);
    }

    [Fact]
    public async Task Bad_rows_of_one_caller_are_told_to_that_caller_alone()
    {
        using var gate = new Gatekeeper();
        var bad = new RowsRequest([PlaneUnderTest.Row(1, 0), PlaneUnderTest.Row("a", 0), PlaneUnderTest.Row(2, 0)]);
        var first = gate.AskAsync(10, 2);
        var rejected = gate.Test.Plane.PredictAsync(new(new("press")), bad);
        var skipping = gate.Test.Plane.PredictAsync(new(new("press")), bad with { OnError = OnError.Skip });
        await gate.UntilWaitingAsync(3);
        await gate.OpenAsync();
        Same([20.0, 22], Values(await first));
        Assert.Equal("row 1, x or y", Assert.Single((await Assert.ThrowsAsync<RowsRejectedException>(() => rejected)).Problems).Where);
        Same([2.0, 4], Values(await skipping));
        Assert.Equal([0, 2], (await skipping).Response.Predictions.Select(p => p.Row));
        Assert.Equal(1, Assert.Single((await skipping).Response.Errors).Row);
        Assert.Equal([8], gate.Calls);
    }

    [Fact]
    public async Task The_most_urgent_go_first_and_equals_in_the_order_they_came()
    {
        using var gate = new Gatekeeper();
        var asked = new List<Task>();
        foreach (var (rows, priority) in new[] { (5, 7), (6, 0), (7, 1), (8, 5) }) // of eight rows at once no two go together
        {
            asked.Add(gate.AskAsync(1, rows, c => c with { Priority = priority }));
            await gate.UntilWaitingAsync(asked.Count);
        }

        await gate.OpenAsync();
        await Task.WhenAll(asked);
        Assert.Equal([7, 6, 8, 5], gate.Calls); // priority 0 is the deployment's, which is 5
    }

    [Fact]
    public async Task A_caller_that_has_gone_costs_nothing()
    {
        using var gate = new Gatekeeper();
        using var caller = new CancellationTokenSource();
        var gone = gate.AskAsync(1, 1, c => c with { Stop = caller.Token });
        var stays = gate.AskAsync(2);
        await gate.UntilWaitingAsync(2);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await gate.UntilWaitingAsync(1);
        await gate.OpenAsync();
        Same([4.0], Values(await stays));
        Assert.Equal([1], gate.Calls);
    }

    [Fact]
    public async Task A_batch_is_given_up_only_when_all_its_callers_have_gone()
    {
        using var gate = new Gatekeeper();
        using CancellationTokenSource one = new(), other = new();
        Task<PredictAnswer>[] calls = [gate.AskAsync(1, 1, c => c with { Stop = one.Token }), gate.AskAsync(2, 1, c => c with { Stop = other.Token })];
        await gate.UntilWaitingAsync(2);
        var hold = gate.Test.Backend.Working;
        using var working = new SemaphoreSlim(0);
        bool stopped = false;
        gate.Test.Backend.Working = stop =>
        {
            hold(stop);
            working.Release();
            stopped = stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(200));
            if (!stopped) stopped = stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(20)); // the second caller leaves in between
            stop.ThrowIfCancellationRequested();
        };
        await gate.OpenAsync();
        await working.WaitAsync();
        await one.CancelAsync();
        await Task.Delay(50);
        Assert.False(stopped);
        await other.CancelAsync();
        foreach (var call in calls) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(stopped);
    }

    [Fact]
    public async Task A_deadline_that_cannot_be_met_is_refused_before_anything_is_computed()
    {
        using var gate = new Gatekeeper();
        var test = gate.Test;
        await gate.OpenAsync();
        test.Backend.Working = _ => test.Clock.Pass(TimeSpan.FromMilliseconds(10));
        for (int i = 0; i < 20; i++) await gate.AskAsync(1); // it takes ten milliseconds a row
        int before = test.Backend.Calls.Count;

        var tooShort = await Assert.ThrowsAsync<DeadlineException>(() => gate.AskAsync(1, 1, c => c with { Timeout = TimeSpan.FromMilliseconds(2) }));
        Assert.Null(tooShort.RetryAfter);
        Assert.StartsWith("2 ms to answer 1 rows; expected about 10 ms", tooShort.Message);
        var passed = await Assert.ThrowsAsync<DeadlineException>(() => gate.AskAsync(1, 1, c => c with { Deadline = test.Clock.GetUtcNow() - TimeSpan.FromSeconds(1) }));
        Assert.StartsWith("a call to press:1 whose deadline has passed", passed.Message);
        Assert.Equal(before, test.Backend.Calls.Count);
        Same([2.0], Values(await gate.AskAsync(1, 1, c => c with { Timeout = TimeSpan.FromMilliseconds(50), Deadline = test.Clock.GetUtcNow() + TimeSpan.FromMinutes(1) })));
        Assert.Equal(2, test.Plane.Statistics.Snapshot().Single().Reasons[Takt.Serving.Statistics.FailureReason.Deadline]);
    }

    [Fact]
    public async Task A_moment_as_far_off_or_as_long_gone_as_there_is_means_what_it_says()
    {
        using var test = new PlaneUnderTest();
        var rows = PlaneUnderTest.Rows(PlaneUnderTest.Row(1, 0));
        Same([2.0], Values(await test.Plane.PredictAsync(new(new("press")) { Deadline = DateTimeOffset.MaxValue }, rows)));
        foreach (var moment in new[] { DateTimeOffset.MinValue, test.Clock.GetUtcNow() - TimeSpan.FromTicks(1) })
        {
            var late = await Assert.ThrowsAsync<DeadlineException>(() => test.Plane.PredictAsync(new(new("press")) { Deadline = moment, Timeout = TimeSpan.FromHours(1) }, rows)); // the earlier counts
            Assert.StartsWith("a call to press:1 whose deadline has passed", late.Message);
        }

        await Assert.ThrowsAsync<DeadlineException>(() => test.Plane.PredictAsync(new(new("press")) { Deadline = DateTimeOffset.MaxValue, Timeout = TimeSpan.Zero }, rows));
    }

    [Fact]
    public async Task A_call_whose_deadline_passes_while_it_waits_is_refused_and_the_others_are_answered()
    {
        using var gate = new Gatekeeper();
        var late = gate.AskAsync(1, 1, c => c with { Timeout = TimeSpan.FromMilliseconds(100) });
        var other = gate.AskAsync(2);
        await gate.UntilWaitingAsync(2);
        gate.Test.Clock.Pass(TimeSpan.FromMilliseconds(200));
        await gate.OpenAsync();
        var refused = await Assert.ThrowsAsync<DeadlineException>(() => late);
        Assert.NotNull(refused.RetryAfter);
        Same([4.0], Values(await other));
        Assert.Equal([1], gate.Calls);
    }

    [Fact]
    public async Task An_urgent_call_is_not_refused_for_what_comes_after_it()
    {
        using var gate = new Gatekeeper();
        await gate.OpenAsync();
        gate.Test.Backend.Working = _ => gate.Test.Clock.Pass(TimeSpan.FromMilliseconds(10));
        for (int i = 0; i < 20; i++) await gate.AskAsync(1); // it takes ten milliseconds a row

        using ManualResetEventSlim holding = new(), open = new();
        gate.Test.Backend.Working = stop =>
        {
            holding.Set();
            open.Wait(TimeSpan.FromSeconds(20), stop);
        };
        var first = gate.AskAsync(1);
        Assert.True(holding.Wait(TimeSpan.FromSeconds(20)));
        var bulk = Enumerable.Range(0, 20).Select(_ => gate.AskAsync(1, 5, c => c with { Priority = 9 })).ToArray(); // a second of work
        await gate.UntilWaitingAsync(20);

        var patience = TimeSpan.FromMilliseconds(100);
        var refused = await Assert.ThrowsAsync<DeadlineException>(() => gate.AskAsync(1, 1, c => c with { Priority = 9, Timeout = patience }));
        Assert.NotNull(refused.RetryAfter);
        var urgent = Enumerable.Range(0, 5).Select(i => gate.AskAsync(30 + i, 1, c => c with { Priority = 1, Timeout = patience })).ToArray();
        await gate.UntilWaitingAsync(25);
        refused = await Assert.ThrowsAsync<DeadlineException>(() => gate.AskAsync(1, 6, c => c with { Priority = 1, Timeout = patience })); // five of its like come before it
        Assert.Contains("about 110 ms", refused.Message, StringComparison.Ordinal);
        open.Set();
        for (int i = 0; i < 5; i++) Same([60.0 + (2 * i)], Values(await urgent[i]));
        await Task.WhenAll([first, .. bulk]);
    }

    [Fact]
    public async Task The_queue_is_bounded_and_one_more_is_refused_at_once()
    {
        using var gate = new Gatekeeper();
        var waiting = Enumerable.Range(0, 256).Select(i => gate.AskAsync(i)).ToArray();
        await gate.UntilWaitingAsync(256);
        var refused = await Assert.ThrowsAsync<QueueFullException>(() => gate.AskAsync(0));
        Assert.Equal("256 calls wait for press:1 already; expected at most 256. Ask again in a moment, or let more wait with limits.queue.", refused.Message);
        Assert.NotNull(refused.RetryAfter);
        await gate.OpenAsync();
        await Task.WhenAll(waiting);
        Same([0.0], Values(await gate.AskAsync(0)));
        Assert.All(gate.Calls, rows => Assert.InRange(rows, 1, 1024));
    }

    [Fact]
    public async Task Every_call_is_answered_exactly_once_with_its_own_answer_whatever_comes_and_goes()
    {
        using var test = new PlaneUnderTest(clock: TimeProvider.System);
        var calls = Enumerable.Range(0, 2000).Select(i => (Value: i, Rows: 1 + (i * 7 % 5), Impatient: i % 11 == 0)).ToArray();
        int answered = 0, gone = 0;
        await Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (call, _) =>
        {
            using var caller = new CancellationTokenSource();
            var request = new RowsRequest([.. Enumerable.Range(0, call.Rows).Select(r => PlaneUnderTest.Row(call.Value, r))]);
            var task = test.Plane.PredictAsync(new CallContext(new("press")) { Stop = caller.Token, Priority = call.Value % 3 }, request);
            if (call.Impatient) await caller.CancelAsync();
            try
            {
                Assert.Equal(Enumerable.Range(0, call.Rows).Select(r => (2.0 * call.Value) + r), Values(await task));
                Interlocked.Increment(ref answered);
            }
            catch (OperationCanceledException) when (call.Impatient)
            {
                Interlocked.Increment(ref gone);
            }
        });
        Assert.Equal(calls.Length, answered + gone);
        Assert.Equal(0, test.Plane.Waiting("press", 1));
        var counts = Assert.Single(test.Plane.Statistics.Snapshot());
        Assert.Equal((calls.Length, gone), (counts.Requests, counts.Failures));
        Assert.Equal(counts.Executions, counts.Batches.Sum(b => b.Compute.Count));
    }

    static void Same<T>(T[] expected, T[] actual) => Assert.Equal(expected, actual);

    static double[] Values(PredictAnswer answer) => [.. answer.Response.Predictions.Select(p => p.Value.GetValue<double>())];
}
