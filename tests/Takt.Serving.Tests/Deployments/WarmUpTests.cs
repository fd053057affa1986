using Takt.Serving.Catalogs;
using Takt.Serving.Planes;

namespace Takt.Tests.Serving;

public class WarmUpTests
{
    [Fact]
    public async Task A_version_is_tried_with_typical_values_before_it_answers_and_nobody_counts_it()
    {
        using var test = new PlaneUnderTest(warmUp: 4);
        Assert.Equal(7, await test.ValueAsync("press"));
        Assert.Equal([1, 1, 4, 1, 1], test.Backend.Calls);
        var counts = Assert.Single(test.Plane.Statistics.Snapshot());
        Assert.Equal((1L, 1L), (counts.Requests, counts.Executions));
    }

    [Fact]
    public async Task The_next_version_is_tried_with_what_was_asked_lately()
    {
        using var test = new PlaneUnderTest(warmUp: 3);
        await test.Plane.PredictAsync(new(new("press")), PlaneUnderTest.Rows([.. Enumerable.Range(0, 7).Select(i => PlaneUnderTest.Row(i, 0))]));
        test.Backend.Calls.Clear();
        test.Catalog.Add("press", 2, "10");
        await test.RefreshAsync();
        Assert.Equal([7, 7, 7], test.Backend.Calls);
        Assert.Equal(31, await test.ValueAsync("press"));
    }

    [Fact]
    public async Task A_version_that_fails_its_trial_never_answers()
    {
        using var test = new PlaneUnderTest(warmUp: 3);
        await test.AskAsync("press");
        test.Backend.WorkingOn = (model, _) =>
        {
            if (model.Factor == 10) throw new InvalidOperationException("a kernel is broken");
        };
        test.Catalog.Add("press", 2, "10");
        await test.RefreshAsync();
        Assert.Equal(7, await test.ValueAsync("press"));
        await Assert.ThrowsAsync<ModelUnavailableException>(() => test.AskAsync("press:2"));
    }
}
