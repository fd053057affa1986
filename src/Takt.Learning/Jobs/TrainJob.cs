using System.Text.Json.Nodes;
using Takt.Data.Targets;
using Takt.Graphs.Packages;
using Takt.Learning.Checkpoints;
using Takt.Learning.FineTuning;
using Takt.Learning.Jobs.Data;
using Takt.Learning.Layers;
using Takt.Learning.Metrics;
using Takt.Learning.Specs;
using Takt.Learning.Specs.Reading;
using Takt.Learning.Training;
using Takt.Protocols.Models;
using Takt.Protocols.Problems;
using Takt.Tensors;
using Takt.Tensors.Threading;

namespace Takt.Learning.Jobs;

/// <summary>One training from spec to package: read, part, prepare, train, judge, trace, write.</summary>
/// <remarks>Started again in the folder of a run that was stopped or killed, it goes on after that run's last whole epoch and ends with the same weights, bit for bit.</remarks>
public sealed class TrainJob
{
    readonly TrainSpec _spec;
    readonly JobFolder _folder;
    readonly IProgress<JobProgress>? _progress;
    readonly TimeProvider _clock;
    readonly CancellationToken _stop;
    readonly Dictionary<string, double> _seconds = [];
    RunRecord _record;

    TrainJob(TrainSpec spec, JobFolder folder, IProgress<JobProgress>? progress, TimeProvider clock, CancellationToken stop)
    {
        (_spec, _folder, _progress, _clock, _stop) = (spec, folder, progress, clock, stop);
        _record = new RunRecord
        {
            Name = spec.Name, Spec = TrainSpecWriter.ToJson(spec), SpecHash = TrainSpecWriter.HashOf(spec), Seed = spec.Train.Seed,
            Started = clock.GetUtcNow(), Environment = RunEnvironment.Now(), Monitor = SpecNames.Of(spec.Train.Monitor),
        };
    }

    /// <summary>Runs a training.</summary>
    /// <param name="spec">What to do.</param>
    /// <param name="folder">The run's own folder, see <see cref="JobFolder"/>; made if it is not there.</param>
    /// <param name="progress">Told of every phase, and several times a second while training.</param>
    /// <param name="clock">For dates and durations.</param>
    /// <param name="stop">Stops at the next batch; the run can go on later.</param>
    /// <exception cref="InputException">Spec and data do not fit together, or the folder holds a run of another spec or other data.</exception>
    /// <exception cref="TrainingDivergedException">A number became infinite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    /// <exception cref="IOException">The folder cannot be written, for example because the disk is full.</exception>
    public static TrainOutcome Run(TrainSpec spec, string folder, IProgress<JobProgress>? progress, TimeProvider clock, CancellationToken stop = default)
    {
        using var few = Workers.AtMost(spec.Train.Threads);   // for this job alone: others run beside it
        try
        {
            return new TrainJob(spec, new JobFolder(folder, clock), progress, clock, stop).Run();
        }
        finally
        {
            TensorMemory.Trim();   // a server may run on for months without another training
        }
    }

    TrainOutcome Run()
    {
        try
        {
            var source = Phase(JobPhase.Reading, () => SourceTable.Read(_spec, new Share(this, JobPhase.Reading), _stop));
            var start = BaseModel.Read(_spec);
            var data = Phase(JobPhase.Preparing, () => TrainingData.Of(_spec, source, start, _stop));
            Describe(data);
            var learner = Phase(JobPhase.Training, () => Train(data, start));
            var (decision, parts) = Phase(JobPhase.Evaluating, () => Judge(data, learner));
            var (path, sha256) = Phase(JobPhase.Packaging, () => Package(data, learner, decision, parts));
            Finish(RunStatus.Finished, JobPhase.Done, $"package {sha256}");
            return new TrainOutcome(data.Task, path, sha256, parts[0].Metrics, Find("validation"), Find("test"), _record);

            PartMetrics? Find(string part) => parts.FirstOrDefault(p => p.Part == part).Metrics;
        }
        catch (OperationCanceledException)
        {
            Finish(RunStatus.Cancelled, _record.Phase, "cancelled");
            throw;
        }
        catch (Exception failure) when (failure is InputException or TrainingDivergedException or InvalidOperationException)
        {
            _record = _record with { Error = failure.Message };
            Finish(RunStatus.Failed, _record.Phase, failure.Message);
            throw;
        }
    }

    Learner Train(TrainingData data, BaseModel? start)
    {
        var learner = new Learner(_spec, data, start, _clock);
        foreach (string note in learner.Imported?.Notes ?? [])
        {
            _record = _record with { Notes = [.. _record.Notes, note] };
            _folder.Log(note);
        }

        _record = _record with { Network = NetworkSummary.Of(learner.Served), Parameters = learner.Served.ParameterCount() };
        _folder.Log($"network\n{_record.Network}");
        for (int i = 0; i < learner.Members.Count; i++)
        {
            int member = i + 1;
            var result = learner.TrainerOf(i).Run(
                _folder.Checkpoint(member), new TrainingIdentity(_record.SpecHash, data.Sha256, member, "", start?.Sha256),
                new TrainingTold(_progress, member, learner.Members.Count), curve => Note(member, new MemberRecord([.. curve])), _stop);
            Note(member, new MemberRecord([.. result.Curve], result.BestEpoch, result.Best, result.StoppedEarly));
            _folder.Log(FormattableString.Invariant($"member {member}: {result.Curve.Count} epochs, best {result.BestEpoch} with {_record.Monitor} {result.Best:G6}"));
            if (result.Curve.Sum(epoch => epoch.Skipped) is > 0 and var skipped) _folder.Log($"member {member}: {skipped} batches were skipped because their loss or gradient was not finite");
        }

        return learner;
    }

    void Note(int member, MemberRecord record)
    {
        _record = _record with { Members = [.. _record.Members.Take(member - 1), record] };
        _folder.Write(_record, always: record.BestEpoch > 0);
    }

    (Decision, IReadOnlyList<(string Part, PartMetrics Metrics)>) Judge(TrainingData data, Learner learner)
    {
        float[]? validation = data.Validation is null ? null : learner.Answers(data.Validation);
        var decision = DecisionOf(data, validation);
        var parts = new List<(string, PartMetrics)> { ("train", MetricsOf(data.Training, learner.Answers(data.Training), intervals: false)) };
        if (data.Validation is { } part) parts.Add(("validation", MetricsOf(part, validation!, intervals: true)));
        if (data.Test is { Samples.Count: > 0 } test) parts.Add(("test", MetricsOf(test, learner.Answers(test), intervals: true)));
        return (decision, parts);

        PartMetrics MetricsOf(Part rows, float[] answers, bool intervals) =>
            PartMetrics.Of(data.Coding, rows, answers, decision.Threshold, _spec.Data.Target.RemainingLife?.Cap, intervals);
    }

    Decision DecisionOf(TrainingData data, float[]? validation)
    {
        if (data.Coding.Positive is null || validation is null) return new Decision();
        var choice = ThresholdSearch.Best(PartMetrics.Probabilities(validation), PartMetrics.Positives(data.Validation!.Truth), _spec.Train.Threshold);
        if (choice.Note is { } note) _record = _record with { Notes = [.. _record.Notes, $"threshold: {note}"] };
        return new Decision(choice.Threshold, SpecNames.Of(choice.Goal), choice.Value);
    }

    (string Path, string Sha256) Package(TrainingData data, Learner learner, Decision decision, IReadOnlyList<(string Part, PartMetrics Metrics)> parts)
    {
        var metrics = new JsonObject(parts.Select(p => KeyValuePair.Create(p.Part, (JsonNode?)p.Metrics.ToJson())));
        var now = _clock.GetUtcNow();
        var card = Packaging.CardOf(_spec, data, learner, decision, parts, now);
        var package = Packaging.Of(_spec, data, learner, decision, metrics, card, now);
        string path = _folder.PackagePath(_spec.Name), sha256 = PackageFile.Write(package, path);
        _record = _record with { Decision = data.Coding.Positive is null ? null : decision, Metrics = (JsonObject)metrics.DeepClone(), Package = sha256 };
        return (path, sha256);
    }

    void Describe(TrainingData data)
    {
        _record = _record with
        {
            DataHash = data.Sha256,
            Task = Packaging.TaskName(data.Task),
            Samples = new(data.Training.Samples.Count, data.Validation?.Samples.Count ?? 0, data.Test?.Samples.Count ?? 0),
            FeatureShape = data.Pipeline.FeatureShape,
            Features = [.. data.Pipeline.Features.Select(f => f.Name)],
            Notes = data.Notes,
        };
        foreach (string note in data.Notes) _folder.Log(note);
    }

    T Phase<T>(JobPhase phase, Func<T> work)
    {
        _stop.ThrowIfCancellationRequested();
        _record = _record with { Phase = phase };
        _folder.Write(_record, always: true);
        _folder.Log(phase.ToString().ToLowerInvariant());
        _progress?.Report(new JobProgress(phase));
        long started = _clock.GetTimestamp();
        T result = work();
        _seconds[phase.ToString().ToLowerInvariant()] = _clock.GetElapsedTime(started).TotalSeconds;
        return result;
    }

    void Finish(RunStatus status, JobPhase phase, string line)
    {
        _record = _record with { Status = status, Phase = phase, Ended = _clock.GetUtcNow(), Seconds = new Dictionary<string, double>(_seconds) };
        _folder.Log(line);
        _folder.Write(_record, always: true);
        if (phase == JobPhase.Done) _progress?.Report(new JobProgress(JobPhase.Done, 1));
    }

    sealed class Share(TrainJob job, JobPhase phase) : IProgress<double>
    {
        public void Report(double value) => job._progress?.Report(new JobProgress(phase, value));
    }

    sealed class TrainingTold(IProgress<JobProgress>? progress, int member, int members) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            double share = (value.Epoch - 1 + ((double)value.Batch / value.Batches)) / value.Epochs;
            progress?.Report(new JobProgress(JobPhase.Training, (member - 1 + share) / members, value, member, members));
        }
    }
}
