using System.Collections.Concurrent;
using System.Diagnostics;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Traces;

namespace Takt.Tests.Serving;

public class StreamTraceTests
{
    [Fact]
    public async Task A_stream_of_a_model_that_answers_at_once_is_counted_once_by_the_sampler()
    {
        string model = $"press-{Guid.NewGuid():N}"; // other tests trace calls, too
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Tracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.DisplayName == $"predict {model}") spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var tracing = new Tracing(new TraceSettings(TraceLevels.Timestamps, Rate: 2, Count: 5));
        using var test = new PlaneUnderTest(tracing: tracing);
        test.Catalog.Add(model, 1, "2");
        for (int i = 0; i < 6; i++)
            await foreach (var piece in test.Plane.InferStreamAsync(new CallContext(new ModelReference(model)), [InferTensor.Of("x", [1.0], 1), InferTensor.Of("y", [1f], 1)]))
                Assert.Equal(3, piece.Outputs[0].Elements<double>()[0]);
        Assert.Equal(3, spans.Count); // every other one
        Assert.All(spans, span => Assert.True(span.Recorded));
        Assert.Equal(2, tracing.Of(model).Count);

        await Assert.ThrowsAsync<UnknownModelException>(async () =>
        {
            for (int i = 0; i < 2; i++)
                await foreach (var _ in test.Plane.InferStreamAsync(new CallContext(new ModelReference("no" + model)), []))
                    Assert.Fail("there is no such model");
        });
        Assert.Equal(1, tracing.Of(model).Count); // what fails before a version is found is traced, too
    }
}
