using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.Rows;
using Takt.Serving.Calls;
using Takt.Serving.Energy;
using Takt.Serving.Planes;
using Takt.Serving.Requests;
using Takt.Serving.Statistics;
using Takt.Serving.Traces;

namespace Takt.Tests.Serving;

/// <summary>A data plane over a catalog and a backend that the test holds in its hands, with a clock that moves when told.</summary>
sealed class PlaneUnderTest : IDisposable
{
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public PlaneUnderTest(ServingOptions? options = null, TimeProvider? clock = null, int warmUp = 0, EnergyMeter? energy = null, Tracing? tracing = null)
    {
        Options = (options ?? new ServingOptions()) with { Default = new DeploymentSpec { WarmUp = new WarmUpSpec { Requests = warmUp } } };
        Meters = _services.GetRequiredService<IMeterFactory>();
        Requests = new RequestLog(Meters, clock ?? Clock, NullLogger<RequestLog>.Instance);
        Plane = new DataPlane(Catalog, Backend, new ServingStatistics(Meters, energy), Options, clock ?? Clock, Log, Requests, tracing);
    }

    public MemoryCatalog Catalog { get; } = new MemoryCatalog().Add("press", 1, "2");
    public ArithmeticBackend Backend { get; } = new();
    public HandClock Clock { get; } = new();
    public ServingOptions Options { get; }
    public IMeterFactory Meters { get; }
    public RequestLog Requests { get; }
    public WrittenLog Log { get; } = new();
    public DataPlane Plane { get; }

    public Task RefreshAsync() => Plane.SettleAsync(null, CancellationToken.None);

    public async Task<RowsResponse> AskAsync(string model, CancellationToken stop = default) =>
        (await Plane.PredictAsync(new CallContext(ModelReference.Parse(model)) { Stop = stop }, Rows(Row(3, 1)))).Response;

    /// <summary>The answer to x = 3, y = 1.</summary>
    public async Task<double> ValueAsync(string model) => (await AskAsync(model)).Predictions[0].Value.GetValue<double>();

    public static RowsRequest Rows(params JsonObject[] rows) => new(rows);

    public static JsonObject Row(JsonNode? x, JsonNode? y) => new() { ["x"] = x, ["y"] = y };

    public void Dispose()
    {
        Plane.Dispose();
        _services.Dispose();
    }
}

/// <summary>Time that passes when told; timers use real time.</summary>
sealed class HandClock : TimeProvider
{
    TimeSpan _passed = TimeSpan.FromDays(1);

    public void Pass(TimeSpan time) => _passed += time;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _passed.Ticks;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero) + _passed;
}

/// <summary>What the data plane logs, line by line.</summary>
sealed class WrittenLog : ILogger<DataPlane>
{
    readonly ConcurrentQueue<string> _lines = new();

    public IEnumerable<string> Lines => _lines;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
}
