using System.Globalization;

namespace Takt.Learning.Specs.Reading;

/// <summary>Makes the <see cref="TrainingSpec"/> of a train spec.</summary>
static class TrainingBinder
{
    /// <summary>Reads the section.</summary>
    /// <param name="train">The section, or null where there is none.</param>
    /// <param name="family">Sets the default of clip.</param>
    /// <param name="task">What metrics and losses must fit; null where it is not known yet.</param>
    public static TrainingSpec Bind(SpecFields? train, ModelFamily family, LearningTask? task)
    {
        var defaults = new TrainingSpec { Clip = family == ModelFamily.Lstm ? 1 : 0 };
        if (train is null) return defaults;
        var bound = new TrainingSpec
        {
            Epochs = train.Integer("epochs", defaults.Epochs, 1, 100_000),
            Batch = train.Integer("batch", defaults.Batch, 1, 1_000_000),
            Optimizer = train.Choice("optimizer", defaults.Optimizer),
            Rate = train.Number("rate", defaults.Rate, 0, 10, isLeastAllowed: false),
            Schedule = ScheduleOf(train),
            WeightDecay = train.Number("weight_decay", defaults.WeightDecay, 0, 1),
            DecayOf = train.Choice("decay_of", defaults.DecayOf),
            Patience = train.Integer("patience", defaults.Patience, 0, 100_000),
            Monitor = train.Choice("monitor", defaults.Monitor),
            Loss = train.Choice("loss", defaults.Loss),
            ClassWeights = ClassWeightsOf(train),
            Clip = train.Number("clip", defaults.Clip, 0, 1e6),
            ClipValue = train.Number("clip_value", defaults.ClipValue, 0, 1e6),
            OnBadBatch = train.Choice("on_bad_batch", defaults.OnBadBatch),
            Ema = train.Number("ema", defaults.Ema, 0, 0.999999),
            Seed = train.Seed("seed", defaults.Seed),
            Threads = train.Integer("threads", defaults.Threads, 0, 1024),
            Threshold = ThresholdOf(train),
        };
        CheckTask(train, bound, task);
        return bound;
    }

    static void CheckTask(SpecFields train, TrainingSpec bound, LearningTask? task)
    {
        if (task is null) return;
        bool isRegression = task == LearningTask.Regression;
        string[] fitting = isRegression ? ["loss", "rmse", "mae"] : ["loss", "accuracy", "f1", "roc-auc", "pr-auc"];
        if (!fitting.Contains(SpecNames.Of(bound.Monitor)))
            train.Report("monitor", $"'{SpecNames.Of(bound.Monitor)}' with the task {SpecNames.Of(task.Value)}", $"one of {string.Join(", ", fitting)}");
        if (!isRegression && bound.Loss != LossKind.Auto)
            train.Report("loss", $"'{SpecNames.Of(bound.Loss)}' with the task classification", "auto (cross entropy)", "Leave loss out");
        if (isRegression && bound.ClassWeights.Kind != ClassWeighting.None)
            train.Report("class_weights", "class_weights with the task regression", "the task classification", "Leave class_weights out");
        if (isRegression && train.Has("threshold"))
            train.Report("threshold", "a threshold with the task regression", "the task classification", "Leave threshold out");
    }

    static ScheduleSpec ScheduleOf(SpecFields train)
    {
        if (train.Node("schedule") is not SpecMap) return new ScheduleSpec { Kind = train.Choice("schedule", ScheduleKind.Constant) };
        var schedule = train.Section("schedule", "a course or { kind: cosine, warmup: 0.05 }")!;
        return new ScheduleSpec { Kind = schedule.Choice("kind", ScheduleKind.Constant), Warmup = schedule.Number("warmup", 0, 0, 0.5) };
    }

    static ClassWeightsSpec ClassWeightsOf(SpecFields train)
    {
        if (train.Node("class_weights") is not SpecMap map)
        {
            var kind = train.Choice("class_weights", ClassWeighting.None);
            if (kind != ClassWeighting.Given) return new ClassWeightsSpec { Kind = kind };
            train.Report("class_weights", "'given' for class_weights", "none, balanced or a weight for each class", "Write them: { \"1\": 10 }");
            return new ClassWeightsSpec();
        }

        var weights = new Dictionary<string, double>();
        foreach (var entry in map.Entries)
            weights[entry.Key] = entry.Value is SpecScalar { Text: var text }
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double weight) && weight > 0 && double.IsFinite(weight)
                    ? weight
                    : train.Wrong("class_weights", entry.Value, $"a weight above 0 for the class '{entry.Key}'", 1.0);
        return new ClassWeightsSpec { Kind = ClassWeighting.Given, Weights = weights };
    }

    static ThresholdSpec ThresholdOf(SpecFields train)
    {
        var defaults = new ThresholdSpec();
        switch (train.Node("threshold"))
        {
            case null:
                return defaults;
            case SpecScalar { Text: var text } when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _):
                return new ThresholdSpec { Goal = ThresholdGoal.Fixed, Value = train.Number("threshold", defaults.Value, 0, 1) };
            case SpecScalar:
                return new ThresholdSpec { Goal = train.Choice("threshold", defaults.Goal) };
        }

        if (train.Section("threshold", "a metric, a number or { metric: recall, precision: 0.9 }") is not { } threshold) return defaults;
        var goal = threshold.Choice("metric", threshold.Has("value") ? ThresholdGoal.Fixed : defaults.Goal);
        void OnlyWith(string key, ThresholdGoal only)
        {
            if (threshold.Has(key) && goal != only)
                threshold.Report(key, $"'{key}' with the metric {SpecNames.Of(goal)}", $"the metric {SpecNames.Of(only)}", $"Leave it out, or write 'metric: {SpecNames.Of(only)}'");
        }

        OnlyWith("precision", ThresholdGoal.Recall);
        OnlyWith("miss", ThresholdGoal.Cost);
        OnlyWith("false_alarm", ThresholdGoal.Cost);
        OnlyWith("value", ThresholdGoal.Fixed);
        return new ThresholdSpec
        {
            Goal = goal,
            Precision = threshold.Number("precision", defaults.Precision, 0, 1, isLeastAllowed: false),
            MissCost = threshold.Number("miss", defaults.MissCost, 0, double.PositiveInfinity, isLeastAllowed: false),
            FalseAlarmCost = threshold.Number("false_alarm", defaults.FalseAlarmCost, 0, double.PositiveInfinity, isLeastAllowed: false),
            Value = threshold.Number("value", defaults.Value, 0, 1),
        };
    }
}
