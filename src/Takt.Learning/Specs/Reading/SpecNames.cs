using Takt.Data.Pipelines.Steps;
using Takt.Protocols.Rows;

namespace Takt.Learning.Specs.Reading;

/// <summary>The words a spec uses for the members of an enum, in the enum's order.</summary>
static class SpecNames
{
    static readonly Dictionary<Type, string[]> Words = new()
    {
        [typeof(LearningTask)] = ["classification", "regression"],
        [typeof(WindowPadding)] = ["first", "short", "zero", "none"],
        [typeof(OnError)] = ["fail", "skip"],
        [typeof(SplitBy)] = ["random", "time", "group"],
        [typeof(ModelFamily)] = ["dense", "lstm"],
        [typeof(Activation)] = ["relu", "leaky-relu", "gelu", "silu", "tanh", "sigmoid"],
        [typeof(OptimizerKind)] = ["adam", "adamw", "sgd", "rmsprop"],
        [typeof(DecayTarget)] = ["all", "matrices"],
        [typeof(ScheduleKind)] = ["constant", "cosine", "linear", "plateau", "step", "one-cycle"],
        [typeof(MonitorMetric)] = ["loss", "accuracy", "f1", "roc-auc", "pr-auc", "rmse", "mae"],
        [typeof(LossKind)] = ["auto", "squared", "absolute", "huber"],
        [typeof(ClassWeighting)] = ["none", "balanced", "given"],
        [typeof(ThresholdGoal)] = ["f1", "mcc", "balanced-accuracy", "recall", "cost", "fixed"],
    };

    /// <summary>All words of an enum.</summary>
    public static IReadOnlyList<string> Of<T>() where T : struct, Enum => Words[typeof(T)];

    /// <summary>The word of one member.</summary>
    public static string Of<T>(T value) where T : struct, Enum => Words[typeof(T)][Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)];

    /// <summary>The member of a word ('_' is '-', case does not count), or null.</summary>
    public static T? Find<T>(string word) where T : struct, Enum
    {
        int index = Array.FindIndex(Words[typeof(T)], w => SpecKeys.Same(w, word));
        return index < 0 ? null : Enum.GetValues<T>()[index];
    }
}
