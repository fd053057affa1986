using Takt.Learning.Checkpoints;
using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Optimizers;
using Takt.Learning.Specs;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Learning.Training;

/// <summary>Trains a network on samples: the one loop for every family.</summary>
/// <remarks>
/// The same seed gives the same weights. After each epoch the training can be saved whole; one that goes on from there ends with the same weights, bit for bit, as one
/// that never stopped.
/// </remarks>
public sealed class Trainer
{
    readonly Layer _network;
    readonly Objective _objective;
    readonly Samples _training;
    readonly Samples? _validation;
    readonly TrainingSpec _spec;
    readonly WatchedMetric _watched;
    readonly IReadOnlyList<Parameter> _parameters;
    readonly Optimizer _optimizer;
    readonly TrainingStep _step;
    readonly WeightAverage? _average;
    readonly RateSchedule _schedule;
    readonly EarlyStopping _stopping;
    readonly Generator _order, _chance;
    readonly TimeProvider _clock;
    readonly BatchPool _batches;
    readonly List<EpochRecord> _curve = [];
    float[] _best;

    /// <summary>Prepares a training; nothing runs yet.</summary>
    /// <param name="network">What is trained, with its starting weights.</param>
    /// <param name="objective">What it is to learn.</param>
    /// <param name="training">What it learns from.</param>
    /// <param name="validation">What chooses the best epoch; null = all epochs are trained and the last is kept.</param>
    /// <param name="spec">How it is trained.</param>
    /// <param name="watched">What is watched on <paramref name="validation"/>.</param>
    /// <param name="random">Source of order and dropout.</param>
    /// <param name="clock">For the length of epochs and the time that is left.</param>
    /// <exception cref="InputException">There is nothing to learn from.</exception>
    public Trainer(
        Layer network, Objective objective, Samples training, Samples? validation, TrainingSpec spec, WatchedMetric watched, Generator random, TimeProvider clock)
    {
        if (training.Count == 0) throw new InputException("a training part without samples", "at least one", "Check the data and the split");
        (_network, _objective, _training, _validation, _spec, _watched, _clock) = (network, objective, training, validation, spec, watched, clock);
        (_order, _chance) = (random.Split(), random.Split());
        _parameters = network.Parameters();
        _optimizer = OptimizerOf(spec, _parameters);
        _step = new TrainingStep(network, objective, _parameters, _optimizer, spec.Clip, spec.ClipValue, spec.OnBadBatch);
        _average = spec.Ema > 0 ? new WeightAverage(_parameters, spec.Ema) : null;
        BatchesPerEpoch = (training.Count + spec.Batch - 1) / spec.Batch;
        _schedule = new RateSchedule(spec.Schedule, spec.Rate, (long)spec.Epochs * BatchesPerEpoch, Math.Max(1, spec.Patience / 2));
        _stopping = new EarlyStopping(watched.HigherIsBetter, validation is null ? 0 : spec.Patience);
        _batches = new BatchPool(training.Shape, objective);
        _best = Weights.Save(_parameters);
    }

    int BatchesPerEpoch { get; }

    int Epoch => _curve.Count;

    bool IsFinished => Epoch >= _spec.Epochs || _stopping.IsOver;

    /// <summary>Trains to the end; the network then holds the best weights.</summary>
    /// <param name="file">Where the training is saved after each epoch, and goes on from if something is there; null = nowhere.</param>
    /// <param name="identity">What the training was started with, for <paramref name="file"/>; its member and parameters are filled in here.</param>
    /// <param name="progress">Told at most ten times a second.</param>
    /// <param name="epochEnded">Told after each epoch, when it has been saved.</param>
    /// <param name="stop">Stops at the next batch; what was saved is the end of the last whole epoch.</param>
    /// <exception cref="TrainingDivergedException">A number is no longer finite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public TrainingResult Run(
        CheckpointFile? file = null, TrainingIdentity? identity = null, IProgress<TrainingProgress>? progress = null,
        Action<IReadOnlyList<EpochRecord>>? epochEnded = null, CancellationToken stop = default)
    {
        identity = (identity ?? new("", "", 1, "")) with { Parameters = string.Join(", ", _parameters.Select(p => $"{p.Name} {p.Value.Shape}")) };
        if (file?.Read(identity) is { } saved) Restore(saved);
        var pace = new Pace(_clock, progress, Epoch, _spec.Epochs, BatchesPerEpoch);
        while (!IsFinished)
        {
            RunEpoch(pace, stop);
            file?.Write(Save(identity));
            epochEnded?.Invoke(_curve);
        }

        Weights.Load(_parameters, _best);
        var state = _stopping.State;
        return _validation is null
            ? new TrainingResult(_curve, Epoch, Best: null, StoppedEarly: false)
            : new TrainingResult(_curve, state.BestEpoch, state.Best, Epoch < _spec.Epochs);
    }

    void RunEpoch(Pace pace, CancellationToken stop)
    {
        long started = _clock.GetTimestamp();
        int[] order = _order.Permutation(_training.Count);
        double loss = 0, weight = 0, norms = 0;
        float rate = 0;
        int skipped = 0;
        for (int batch = 0; batch < BatchesPerEpoch; batch++)
        {
            stop.ThrowIfCancellationRequested();
            var rows = order.AsSpan(batch * _spec.Batch, Math.Min(_spec.Batch, order.Length - (batch * _spec.Batch)));
            var samples = _batches.Fill(_training, rows);
            if (_step.Take(samples, rate = _schedule.RateAt(_optimizer.Steps), _chance, Epoch + 1) is not var (batchLoss, norm))
            {
                skipped++;
                continue;
            }

            _average?.Add(_optimizer.Steps);
            (loss, weight, norms) = (loss + (batchLoss * samples.Weight), weight + samples.Weight, norms + norm);
            pace.Tell(Epoch + 1, batch + 1, loss / weight, _curve.LastOrDefault()?.Monitor, _stopping.State.Best, rate);
        }

        if (skipped == BatchesPerEpoch) throw new TrainingDivergedException(Epoch + 1, _optimizer.Steps + 1, "the loss or the gradient of every batch of the epoch", rate);
        EndEpoch(loss / weight, norms / (BatchesPerEpoch - skipped), rate, skipped, started);
    }

    /// <summary>Measures what will be kept (the average, where there is one) and remembers it if it is the best so far.</summary>
    void EndEpoch(double loss, double norm, float rate, int skipped, long started)
    {
        _average?.Swap();
        var evaluation = _validation is null ? null : Evaluation.Of(_network, _objective, _validation);
        double? value = evaluation is null ? null : _watched.Of(evaluation, _validation!.Targets);
        bool better = _stopping.Observe(Epoch + 1, value ?? loss);
        if (better || _validation is null) Weights.Save(_parameters, _best);
        _average?.Swap();
        _schedule.EndEpoch(better);
        _curve.Add(new EpochRecord(Epoch + 1, loss, evaluation?.Loss, value, rate, norm, _clock.GetElapsedTime(started).TotalSeconds, skipped));
    }

    Checkpoint Save(TrainingIdentity identity)
    {
        var arrays = new Dictionary<string, float[]> { ["weights"] = Weights.Save(_parameters), ["best"] = _best };
        for (int i = 0; i < _optimizer.Moments.Count; i++) arrays.Add($"moment{i + 1}", _optimizer.Moments[i]);
        if (_average is not null) arrays.Add("average", _average.Values.ToArray());
        return new Checkpoint(identity, Epoch, IsFinished, _optimizer.Steps, _order.State, _chance.State, _schedule.State, _stopping.State, _curve) { Arrays = arrays };
    }

    void Restore(Checkpoint saved)
    {
        Weights.Load(_parameters, saved.Arrays["weights"]);
        _best = saved.Arrays["best"];
        _optimizer.Restore(saved.Steps, [.. _optimizer.Moments.Select((_, i) => saved.Arrays[$"moment{i + 1}"])]);
        _average?.Restore(saved.Arrays["average"]);
        (_order.State, _chance.State) = (saved.Order, saved.Chance);
        (_schedule.State, _stopping.State) = (saved.Schedule, saved.Stopping);
        _curve.AddRange(saved.Curve);
    }

    static Optimizer OptimizerOf(TrainingSpec spec, IReadOnlyList<Parameter> parameters)
    {
        var decay = new WeightDecay((float)spec.WeightDecay, MatricesOnly: spec.DecayOf == DecayTarget.Matrices);
        return spec.Optimizer switch
        {
            OptimizerKind.Sgd => new Sgd(parameters, decay: decay),
            OptimizerKind.RmsProp => new RmsProp(parameters, decay: decay),
            var kind => new Adam(parameters, decay, decoupled: kind == OptimizerKind.AdamW),
        };
    }
}
