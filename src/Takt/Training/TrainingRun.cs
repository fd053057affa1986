using System.Globalization;
using System.Text.Json;
using Takt.Graphs.Packages;
using Takt.Learning.Jobs;
using Takt.Learning.Specs;
using Takt.Protocols.Models;
using Takt.Protocols.Names;
using Takt.Registry;
using Takt.Registry.Models;

namespace Takt.Training;

/// <summary>A trained and registered version.</summary>
/// <param name="Version">The version in the registry.</param>
/// <param name="Outcome">What the training yielded.</param>
sealed record TrainedVersion(ModelVersion Version, TrainOutcome Outcome);

/// <summary>
/// One training from spec to registered version, as the command line and the demo both do it: note the run, train in its folder, register what it yields.
/// A run of the same spec that was killed or stopped is gone on with, to the same weights as if nothing had happened.
/// </summary>
sealed class TrainingRun : IDisposable
{
    readonly ModelRegistry _registry;
    readonly TrainSpec _spec;
    readonly TimeProvider _clock;
    readonly RunFolderLock _lock;

    TrainingRun(ModelRegistry registry, TrainSpec spec, TimeProvider clock, string id, RunFolderLock folderLock, bool resumes) =>
        (_registry, _spec, _clock, Id, _lock, Resumes) = (registry, spec, clock, id, folderLock, resumes);

    /// <summary>Identifier of the run.</summary>
    public string Id { get; }

    /// <summary>Whether it goes on with an earlier run.</summary>
    public bool Resumes { get; }

    /// <summary>Takes up an unfinished run of the same spec, or begins a new one.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="spec">What to train.</param>
    /// <param name="clock">The time.</param>
    /// <param name="fresh">Begin a new one in any case.</param>
    /// <exception cref="Protocols.Problems.InputException">The spec goes on from a model that the registry does not have.</exception>
    public static TrainingRun Begin(ModelRegistry registry, TrainSpec spec, TimeProvider clock, bool fresh = false)
    {
        spec = WithBase(registry, spec);
        string written = TrainSpecWriter.ToJson(spec).ToJsonString();
        if (!fresh)
            foreach (var run in registry.Runs.List().Where(r => r.Name == spec.Name && r.Spec == written && r.Status is RunStatus.Running or RunStatus.Cancelled))
                if (RunFolderLock.TryTake(registry.RunFolder(run.Id)) is { } free)
                {
                    // What a killed process was writing; the lock says that nobody writes now.
                    foreach (string unfinished in Directory.EnumerateFiles(registry.RunFolder(run.Id), ".*")) File.Delete(unfinished);
                    return Begin(new TrainingRun(registry, spec, clock, run.Id, free, resumes: true), written);
                }

        string id = string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N").AsSpan(0, 6)}");
        return Begin(new TrainingRun(registry, spec, clock, id, RunFolderLock.TryTake(registry.RunFolder(id))!, resumes: false), written);
    }

    /// <summary>Trains and registers.</summary>
    public async Task<TrainedVersion> RunAsync(IProgress<JobProgress> progress, IReadOnlyList<string> aliases, CancellationToken stop)
    {
        try
        {
            var outcome = await Task.Run(() => TrainJob.Run(_spec, _registry.RunFolder(Id), progress, _clock, stop), stop);
            return new TrainedVersion(await _registry.Models.RegisterAsync(NewVersionOf(outcome) with { Aliases = aliases }, outcome.PackagePath, stop), outcome);
        }
        catch (OperationCanceledException)
        {
            _registry.Runs.End(Id, RunStatus.Cancelled, "stopped; the same command goes on with it");
            throw;
        }
        catch (IOException failure)
        {
            // A full disk or a lost share says nothing against the run: what its last checkpoint holds is gone on with.
            _registry.Runs.End(Id, RunStatus.Cancelled, $"{failure.Message}; the same command goes on with it");
            throw;
        }
        catch (Exception failure)
        {
            _registry.Runs.End(Id, RunStatus.Failed, failure.Message);
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>A model of the registry to go on from: the very version that the name means now, and where its package lies.</summary>
    static TrainSpec WithBase(ModelRegistry registry, TrainSpec spec)
    {
        if (spec.Model.Base is not { IsReference: true } start) return spec;
        var version = registry.Models.Resolve(ModelReference.Parse(start.From));
        return spec with { Model = spec.Model with { Base = start with { From = $"{version.Name}:{version.Number}", Path = registry.Packages.PathOf(version.PackageSha256) } } };
    }

    static TrainingRun Begin(TrainingRun run, string written)
    {
        run._registry.Runs.Begin(run.Id, run._spec.Name, written, run._spec.Train.Seed.ToString(CultureInfo.InvariantCulture), run._registry.RunFolder(run.Id));
        return run;
    }

    NewVersion NewVersionOf(TrainOutcome outcome) => PackagedVersion.Of(PackageFile.Read(outcome.PackagePath), _spec.Name) with
    {
        Run = new FinishedRun(Id, outcome.Record.DataHash!, JsonSerializer.Serialize(outcome.Record, RunRecord.Json)),
    };
}
