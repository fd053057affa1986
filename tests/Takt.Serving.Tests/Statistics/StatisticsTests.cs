using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Takt.Protocols.Problems;
using Takt.Serving.Catalogs;

namespace Takt.Tests.Serving;

public class StatisticsTests
{
    [Fact]
    public async Task The_picture_counts_requests_rows_failures_and_percentiles()
    {
        using var test = new PlaneUnderTest();
        for (int ms = 1; ms <= 100; ms++)
        {
            test.Backend.Working = _ => test.Clock.Pass(TimeSpan.FromMilliseconds(ms));
            await test.AskAsync("press");
        }

        test.Backend.Working = _ => throw new InputException("too few rows");
        await Assert.ThrowsAsync<InputException>(() => test.AskAsync("press"));
        var counts = Assert.Single(test.Plane.Statistics.Snapshot());
        Assert.Equal(("press", 1, 101L, 1L, 100L), (counts.Model, counts.Version, counts.Requests, counts.Failures, counts.Rows));
        Assert.Equal((50.0, 99.0), (counts.MedianMs, counts.P99Ms)); // nearest rank over 1 … 100 ms
        Assert.Equal("too few rows.", counts.LastError);
        Assert.Equal(counts.LastRequest, counts.LastErrorAt);
    }

    [Fact]
    public async Task Instruments_tell_requests_by_version_and_failures_by_reason_but_never_made_up_names()
    {
        using var test = new PlaneUnderTest();
        var told = new ConcurrentBag<(string Name, double Value, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Scope == test.Meters) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => told.Add((i.Name, v, Tags(tags))));
        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => told.Add((i.Name, v, Tags(tags))));
        listener.Start();
        await test.AskAsync("press");
        await Assert.ThrowsAsync<UnknownModelException>(() => test.AskAsync("made-up-by-a-stranger"));
        test.Backend.Working = _ => throw new InvalidOperationException("broken");
        await Assert.ThrowsAsync<InvalidOperationException>(() => test.AskAsync("press"));

        Assert.Equal(3, told.Where(t => t.Name == "takt.serving.requests").Sum(t => t.Value));
        Assert.Equal(["model=press,version=1,reason=failed", "reason=unknown_model"], told.Where(t => t.Name == "takt.serving.failures").Select(t => t.Tags).Order());
        Assert.Equal(1, told.Where(t => t.Name == "takt.serving.rows").Sum(t => t.Value));
        Assert.Equal(0, told.Where(t => t.Name == "takt.serving.active").Sum(t => t.Value));
        Assert.Equal(["compute", "load", "pipeline", "queue", "total"], told.Where(t => t.Name == "takt.serving.duration").Select(t => t.Tags.Split("phase=")[1]).Order());
        Assert.Empty(told.Where(t => t.Tags.Contains("made-up")));
    }

    static string Tags(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(',', tags.ToArray().Select(t => $"{t.Key}={t.Value}"));
}
