using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Rows;
using Takt.Serving.Calls;
using Takt.Serving.Planes;

namespace Takt.Tests.Serving;

/// <summary>A data plane with one place, which its first call holds until the test lets it go: what is asked meanwhile waits.</summary>
sealed class Gatekeeper : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly ManualResetEventSlim _open = new(), _holding = new();
    readonly Task _first;

    public Gatekeeper()
    {
        Test = new PlaneUnderTest(new ServingOptions { Places = 1 });
        Test.Backend.Working = stop =>
        {
            if (_holding.IsSet) return;
            _holding.Set();
            _open.Wait(Patience, stop);
        };
        _first = Task.Run(() => Test.AskAsync("press"));
        Assert.True(_holding.Wait(Patience));
    }

    public PlaneUnderTest Test { get; }

    /// <summary>Rows of each call of the backend after the first.</summary>
    public IEnumerable<int> Calls => Test.Backend.Calls.Skip(1);

    /// <summary>Asks for rows with x = value, y = 0, so that the answer is 2 · value.</summary>
    public Task<PredictAnswer> AskAsync(double value, int rows = 1, Func<CallContext, CallContext>? with = null)
    {
        var context = new CallContext(ModelReference.Parse("press"));
        return Test.Plane.PredictAsync(with?.Invoke(context) ?? context, new RowsRequest([.. Enumerable.Range(0, rows).Select(i => PlaneUnderTest.Row(value + i, 0))]));
    }

    public Task<InferAnswer> InferAsync(params double[] x) => Test.Plane.InferAsync(new(new("press")), [InferTensor.Of("x", x, x.Length, 1), InferTensor.Of("y", new float[x.Length], x.Length)]);

    /// <summary>Waits until so many calls wait.</summary>
    public async Task UntilWaitingAsync(int calls)
    {
        for (int i = 0; i < 4000 && Test.Plane.Waiting("press", 1) != calls; i++) await Task.Delay(5);
        Assert.Equal(calls, Test.Plane.Waiting("press", 1));
    }

    /// <summary>Lets the first call, and with it all others, go on.</summary>
    public async Task OpenAsync()
    {
        _open.Set();
        await _first;
    }

    public void Dispose()
    {
        _open.Set();
        Test.Dispose();
        _open.Dispose();
        _holding.Dispose();
    }
}
