using Takt.Data.Targets;
using Takt.Learning.Families;
using Takt.Learning.FineTuning;
using Takt.Learning.Jobs.Data;
using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Specs;
using Takt.Learning.Training;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Learning.Jobs;

/// <summary>Trains the networks of a spec on prepared data, and gives the one that is served.</summary>
sealed class Learner
{
    readonly TrainSpec _spec;
    readonly TrainingData _data;
    readonly TimeProvider _clock;
    readonly Generator[] _random;

    public Learner(TrainSpec spec, TrainingData data, BaseModel? start, TimeProvider clock)
    {
        (_spec, _data, _clock) = (spec, data, clock);
        Objective = ObjectiveOf(spec, data);
        var root = new Generator(spec.Train.Seed);
        _random = [.. Enumerable.Range(0, spec.Model.Ensemble).Select(_ => root.Split())];
        Imported = start is null ? null : ImportedNetwork.Of(start, spec.Model.Base!, Objective, data.Training.Samples, _random[0].Split());
        Members = Imported is not null ? [Imported] : [.. _random.Select(r => Network.Build(spec.Model, data.Training.Samples.Shape, Objective.Outputs, r.Split()))];
        Served = Network.Served(Members, Objective);
    }

    public Objective Objective { get; }

    public IReadOnlyList<Layer> Members { get; }

    /// <summary>The one member that came from a file; null where networks start fresh.</summary>
    public ImportedNetwork? Imported { get; }

    /// <summary>All members with their output function.</summary>
    public Layer Served { get; }

    /// <summary>The training of one member, from 0.</summary>
    public Trainer TrainerOf(int member)
    {
        double unit = _data.Task == LearningTask.Regression ? _data.Coding.Deviation : 1;
        return new(Members[member], Objective, _data.Training.Samples, _data.Validation?.Samples, _spec.Train,
            new WatchedMetric(_spec.Train.Monitor, unit), _random[member], _clock);
    }

    /// <summary>What the served network answers to a part.</summary>
    public float[] Answers(Part part) => Evaluation.AnswersOf(Served, Objective, part.Samples);

    static Objective ObjectiveOf(TrainSpec spec, TrainingData data)
    {
        if (data.Task == LearningTask.Regression) return new Number(spec.Train.Loss);
        float[]? weights = WeightsOf(spec.Train.ClassWeights, data.Coding, data.Training.Truth);
        return data.Coding.Classes.Count == 2 ? new TwoClasses(weights) : new ManyClasses(data.Coding.Classes.Count, weights);
    }

    static float[]? WeightsOf(ClassWeightsSpec spec, TargetCoding coding, double[] truth)
    {
        if (spec.Kind == ClassWeighting.None) return null;
        if (spec.Kind == ClassWeighting.Balanced)
        {
            // rows / (classes · rows of the class); a class that has no row in the training part weighs as one with a single row
            int[] counts = [.. Enumerable.Range(0, coding.Classes.Count).Select(c => truth.Count(t => t == c))];
            return [.. counts.Select(count => (float)truth.Length / (coding.Classes.Count * Math.Max(1, count)))];
        }

        Problem[] unknown = [.. spec.Weights.Keys.Where(label => !coding.Classes.Contains(label)).Select(label =>
            new Problem($"a weight for the class '{label}'", "classes of the target", NearestName.Suggest(label, [.. coding.Classes]), "train.class_weights"))];
        if (unknown.Length > 0) throw new InputException(unknown);
        return [.. coding.Classes.Select(label => (float)spec.Weights.GetValueOrDefault(label, 1))];
    }
}
