using System.Globalization;
using Takt.Data.Files;
using Takt.Learning.Jobs;
using Takt.Learning.Specs;
using Takt.Monitoring.Lines;
using Takt.Monitoring.Monitors;
using Takt.Monitoring.Simulation;
using Takt.Registry;
using Takt.Serving.Planes;
using Takt.Training;
using Takt.Web.Localization;
using Takt.Web.Reading;

namespace Takt.Demo;

/// <summary>
/// <c>takt serve --demo</c>: a simulated line runs from the first second; beside it a training set is made from the plant's past, a fault model is trained on it,
/// registered and promoted, and from then on watches the line.
/// </summary>
sealed class DemoPlant(
    ModelRegistry registry, LineDirectory lines, DataPlane plane, WorkBoard board, TimeProvider clock, ILogger<DemoPlant> log, ILogger<ModelMonitor> monitorLog) : BackgroundService
{
    const ulong HistorySeed = 2026;

    /// <summary>The line that runs is another draw of chance than the history that was learned from.</summary>
    const ulong RunningSeed = 7;

    /// <summary>The server's options with the demo in it.</summary>
    public static ServerOptions AddTo(ServerOptions options) => options with
    {
        Compose = builder =>
        {
            options.Compose?.Invoke(builder);
            builder.Services.AddHostedService<DemoPlant>();
        },
    };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the server opens its doors first
        var line = new RunningLine(RunningLine.Demo(RunningSeed), clock);
        lines.Add(line.Watch);
        await Task.WhenAll(line.RunAsync(stoppingToken), WatchAsync(line.Watch, stoppingToken));
    }

    async Task WatchAsync(LineWatch line, CancellationToken stop)
    {
        var work = board.Begin(new Sentence("work.training", DemoTraining.Model));
        try
        {
            if (!IsTrained()) await TrainAsync(work, stop);
            work.Done(new Sentence("work.watches"));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.LogError(failure, "The demo's model could not be trained; the line runs unwatched");
            work.Failed(failure.Message);
            return;
        }

        var monitor = new ModelMonitor(new MonitorOptions("Fault watch", DemoTraining.Model), line, plane, monitorLog);
        line.Attach(monitor);
        log.LogInformation("The model {Model} watches {Line}", DemoTraining.Model, line.Line.Name);
        await monitor.RunAsync(stop);
    }

    bool IsTrained() => registry.Models.List().Any(m => m.Name == DemoTraining.Model);

    async Task TrainAsync(Work work, CancellationToken stop)
    {
        string folder = Path.Combine(registry.Home, "demo"), history = Path.Combine(folder, "line-1.csv");
        work.Report(new Sentence("work.history"));
        Directory.CreateDirectory(folder);
        await Task.Run(() => AtomicFile.Write(history, file => PlantHistory.WriteCsv(file, new PlantOptions(HistorySeed), DemoTraining.Cycles, clock.GetUtcNow())), stop);

        var spec = TrainSpecReader.Parse(DemoTraining.Spec(history), "the demo's spec");
        using var run = TrainingRun.Begin(registry, spec, clock, fresh: true);
        var trained = await run.RunAsync(new Reporter(work, log), ["champion"], stop);
        await plane.SettleAsync(DemoTraining.Model, stop);
        log.LogInformation("Trained {Model} version {Version} in {Seconds:0.0} s; test {Metric} {Value:0.###}", trained.Version.Name, trained.Version.Number,
            trained.Outcome.Record.Seconds.Values.Sum(), trained.Version.MetricName, trained.Version.MetricValue);
    }

    /// <summary>To the page as it goes, to the log once an epoch.</summary>
    sealed class Reporter(Work work, ILogger log) : IProgress<JobProgress>
    {
        int _epoch;

        public void Report(JobProgress value)
        {
            if (value.Training is not { } now)
            {
                work.Report(new Sentence($"work.step.{value.Phase.ToString().ToLowerInvariant()}"), value.Share);
                return;
            }

            work.Report(new Sentence("work.epoch", now.Epoch, now.Epochs, now.Loss.ToString("0.000", CultureInfo.InvariantCulture)), value.Share);
            if (now.Epoch == _epoch) return;
            _epoch = now.Epoch;
            log.LogInformation("Training: epoch {Epoch} of at most {Epochs}, loss {Loss:0.000}", now.Epoch, now.Epochs, now.Loss);
        }
    }
}
