using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Serving.Planes;

namespace Takt.Tests.Serving;

public class ShadowTests
{
    [Fact]
    public async Task A_shadow_is_asked_what_was_answered_and_compared()
    {
        using var test = Shadowed();
        for (int i = 0; i < 10; i++) Assert.Equal(7, await test.ValueAsync("press")); // 2 · 3 + 1, never the shadow's 31
        await test.Plane.InferAsync(new(new ModelReference("press")), [InferTensor.Of("x", [0.0, 2.0], 2), InferTensor.Of("y", [1f, 1f], 2)]);
        var shadow = await UntilAsync(test, s => s.Compared == 11);
        Assert.Equal((11L, 0L, 0L, 0L), (shadow.Compared, shadow.Equal, shadow.Failed, shadow.Skipped));
        Assert.Equal((24.0, "value"), (shadow.GreatestDifference, shadow.GreatestAt)); // 31 - 7
        Assert.Equal(1, shadow.Decisions); // 2 · 10 + 1 is longer than ten, 2 · 2 + 1 is not
    }

    [Fact]
    public async Task A_share_of_the_calls_may_be_enough()
    {
        using var test = Shadowed(share: 0.25);
        for (int i = 0; i < 100; i++)
        {
            await test.AskAsync("press");
            await Task.Yield();
        }

        var shadow = await UntilAsync(test, s => s.Compared + s.Skipped >= 24);
        Assert.InRange(shadow.Compared + shadow.Skipped, 24, 26);
    }

    [Fact]
    public async Task A_shadow_that_fails_or_hangs_costs_the_answer_nothing()
    {
        using var test = Shadowed();
        await test.AskAsync("press");
        await UntilAsync(test, s => s.Compared == 1);
        using var hang = new ManualResetEventSlim();
        int shadowCalls = 0;
        test.Backend.WorkingOn = (model, stop) =>
        {
            if (model.Factor != 10) return;
            Interlocked.Increment(ref shadowCalls);
            hang.Wait(TimeSpan.FromSeconds(20), CancellationToken.None);
            throw new InvalidOperationException("the shadow is broken");
        };
        for (int i = 0; i < 200; i++) Assert.Equal(7, await test.ValueAsync("press"));
        Assert.InRange(shadowCalls, 0, 1); // it hangs, and nobody waited for it
        hang.Set();
        var shadow = await UntilAsync(test, s => s.Failed + s.Skipped == 200);
        Assert.InRange(shadow.Skipped, 200 - 66, 199); // what waits is bounded
    }

    static PlaneUnderTest Shadowed(double share = 1)
    {
        var test = new PlaneUnderTest(new ServingOptions { Places = 2 });
        test.Catalog.Add("press", 2, "10").Deploy("press", new DeploymentSpec { Traffic = [new("1")], Shadow = new("2", share), WarmUp = new() { Requests = 0 } });
        return test;
    }

    static async Task<ShadowState> UntilAsync(PlaneUnderTest test, Func<ShadowState, bool> condition)
    {
        for (int i = 0; i < 4000; i++)
        {
            var state = (await test.Plane.DeploymentsAsync(default))[0].Versions.SingleOrDefault(v => v.Version == 2)?.Shadow;
            if (state is not null && condition(state)) return state;
            await Task.Delay(5);
        }

        Assert.Fail("it did not happen within twenty seconds");
        return null!;
    }
}
