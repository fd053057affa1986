using System.Text.Json.Nodes;
using Takt.Client;
using Takt.EndToEnd.Doors;
using Takt.Protocols.Explanations;
using Takt.Protocols.OpenInference;

namespace Takt.EndToEnd.Client;

/// <summary>Timeouts and deadlines of the client against the real server.</summary>
public sealed class ClientTimeTests(DoorsServer server) : IClassFixture<DoorsServer>
{
    static readonly JsonObject[] s_rows = [new() { ["x"] = 3, ["y"] = 1 }];
    static readonly InferTensor[] s_tensors = [InferTensor.Of("x", new double[] { 3 }, 1, 1), InferTensor.Of("y", new float[] { 1 }, 1, 1)];

    [Fact]
    public async Task The_server_refuses_what_comes_after_its_deadline()
    {
        // This client's clock is an hour behind, so that the server alone sees that the moment has passed.
        using var takt = new TaktClient(server.Http.BaseAddress!, options: new() { Clock = new LateClock() });
        var passed = new CallContext { Deadline = DateTimeOffset.UtcNow.AddSeconds(-1) };
        foreach (var call in new Func<CallContext, Task>[]
        {
            context => takt.PredictAsync("press", s_rows, context: context),
            context => takt.InferAsync("press", s_tensors, context: context),
            context => takt.ExplainAsync("press", s_rows, ExplanationMethod.Occlusion, context: context),
        })
        {
            await call(new CallContext { Deadline = DateTimeOffset.UtcNow.AddMinutes(5), Timeout = TimeSpan.FromMinutes(5) });
            var late = await Assert.ThrowsAsync<TaktTimeoutException>(() => call(passed));
            Assert.Equal(504, late.Status);
            Assert.Contains("whose deadline has passed", late.Message);
            Assert.NotEmpty(late.RequestId!);
        }
    }

    [Fact]
    public async Task A_call_that_takes_too_long_ends_on_both_sides()
    {
        using var takt = new TaktClient(server.Http.BaseAddress!);
        await takt.PredictAsync("press", s_rows);
        var dropped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Backend.Working = stop =>
        {
            stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(30));
            if (stop.IsCancellationRequested) dropped.TrySetResult();
            stop.ThrowIfCancellationRequested();
        };
        try
        {
            var late = await Assert.ThrowsAsync<TaktTimeoutException>(() => takt.PredictAsync("press", s_rows, context: new() { Timeout = TimeSpan.FromMilliseconds(500) }));
            Assert.True(late.Status is null or 503 or 504, late.Message);
            if (late.Status is null) await dropped.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
        finally
        {
            server.Backend.Working = _ => { };
        }
    }

    sealed class LateClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(-1);
    }
}
