using Takt.Protocols.Rows;

namespace Takt.Learning.Specs;

/// <summary>How the network is trained.</summary>
public sealed record TrainingSpec
{
    /// <summary>Most passes over the training part, 1 to 100,000. Default 100; patience usually ends it earlier.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Samples per step, 1 to 1,000,000. Default 128.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Default adam.</summary>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>Learning rate at its highest, above 0 to 10. Default 0.001.</summary>
    public double Rate { get; init; } = 0.001;

    /// <summary>Course of the learning rate. Default constant.</summary>
    public ScheduleSpec Schedule { get; init; } = new();

    /// <summary>Share of each weight taken off per step, times the rate, 0 to 1. Default 0. Decoupled with adamw (Loshchilov and Hutter 2019), in the gradient with the others.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Which weights decay. Default all.</summary>
    public DecayTarget DecayOf { get; init; }

    /// <summary>Epochs without a better <see cref="Monitor"/> on the validation part before the training stops; the best weights are kept. Default 10; 0 = never stop early.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>What is watched on the validation part. Default loss.</summary>
    public MonitorMetric Monitor { get; init; }

    /// <summary>The loss. Default auto.</summary>
    public LossKind Loss { get; init; }

    /// <summary>Weights of the classes in the loss. Default none.</summary>
    public ClassWeightsSpec ClassWeights { get; init; } = new();

    /// <summary>Longest gradient (norm over all weights) of one step, longer ones are shortened; 0 = no limit. Default 1 with lstm, else 0.</summary>
    public double Clip { get; init; }

    /// <summary>Largest number in a gradient, others are cut to it before <see cref="Clip"/> looks at the whole; 0 = no limit. Default 0.</summary>
    public double ClipValue { get; init; }

    /// <summary>What to do with a batch whose loss or gradient is not finite: stop and say where it began, or leave it out and count it. Default fail.</summary>
    public OnError OnBadBatch { get; init; }

    /// <summary>Decay of an exponential moving average of the weights, which is then what is evaluated and kept; 0 = none, below 1. Default 0.</summary>
    public double Ema { get; init; }

    /// <summary>Seed of starting weights, order and dropout. Default 7.</summary>
    public ulong Seed { get; init; } = 7;

    /// <summary>Threads at most; 0 = all that the process has, which is one a core. Default 0. The same seed gives the same model for the same number of threads.</summary>
    public int Threads { get; init; }

    /// <summary>What the decision threshold of a two-class model is chosen for. Default the best F1.</summary>
    public ThresholdSpec Threshold { get; init; } = new();
}

/// <summary>Optimisers.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba 2015).</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with momentum 0.9.</summary>
    Sgd,

    /// <summary>RMSprop (Tieleman and Hinton 2012).</summary>
    RmsProp,
}

/// <summary>Which weights decay.</summary>
public enum DecayTarget
{
    /// <summary>All.</summary>
    All,

    /// <summary>Matrices and kernels; not biases, nor the scales and shifts of norms.</summary>
    Matrices,
}

/// <summary>The course of the learning rate.</summary>
public sealed record ScheduleSpec
{
    /// <summary>Default constant.</summary>
    public ScheduleKind Kind { get; init; }

    /// <summary>Share of all steps over which the rate first rises from 0, 0 to 0.5. Default 0.</summary>
    public double Warmup { get; init; }
}

/// <summary>Courses of the learning rate.</summary>
public enum ScheduleKind
{
    /// <summary>The same throughout.</summary>
    Constant,

    /// <summary>Half a cosine from the rate to 0 over all epochs (Loshchilov and Hutter 2017, without restarts).</summary>
    Cosine,

    /// <summary>Straight from the rate to 0 over all epochs.</summary>
    Linear,

    /// <summary>Halved whenever the monitor has not improved for half of the patience.</summary>
    Plateau,

    /// <summary>A tenth after each third of the epochs.</summary>
    Step,

    /// <summary>Up from a 25th over three tenths of the epochs, then down to nearly 0, both along a cosine (Smith and Topin 2018).</summary>
    OneCycle,
}

/// <summary>What early stopping watches on the validation part.</summary>
public enum MonitorMetric
{
    /// <summary>The loss that is trained (lower is better).</summary>
    Loss,

    /// <summary>Classification.</summary>
    Accuracy,

    /// <summary>Classification: F1, for several classes the macro mean, at the threshold 0.5.</summary>
    F1,

    /// <summary>Two classes: area under the ROC curve.</summary>
    RocAuc,

    /// <summary>Two classes: average precision.</summary>
    PrAuc,

    /// <summary>Regression: root mean squared error (lower is better).</summary>
    Rmse,

    /// <summary>Regression: mean absolute error (lower is better).</summary>
    Mae,
}

/// <summary>Losses.</summary>
public enum LossKind
{
    /// <summary>Cross entropy for classes, mean squared error for numbers.</summary>
    Auto,

    /// <summary>Regression: mean squared error.</summary>
    Squared,

    /// <summary>Regression: mean absolute error.</summary>
    Absolute,

    /// <summary>Regression: squared near 0, absolute beyond one standard deviation of the target (Huber 1964).</summary>
    Huber,
}

/// <summary>Weights of the classes in the loss.</summary>
public sealed record ClassWeightsSpec
{
    /// <summary>Default none.</summary>
    public ClassWeighting Kind { get; init; }

    /// <summary>Weight by class label; classes not named weigh 1. Only for <see cref="ClassWeighting.Given"/>, else empty.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();
}

/// <summary>Where class weights come from.</summary>
public enum ClassWeighting
{
    /// <summary>Every sample weighs 1.</summary>
    None,

    /// <summary>Samples of a class weigh rows / (classes · rows of the class), so that every class weighs the same in all.</summary>
    Balanced,

    /// <summary>As written in the spec.</summary>
    Given,
}

/// <summary>What the decision threshold is chosen for, on the validation part.</summary>
public sealed record ThresholdSpec
{
    /// <summary>Default f1.</summary>
    public ThresholdGoal Goal { get; init; }

    /// <summary>recall: the precision that must be kept, above 0 to 1. Default 0.9.</summary>
    public double Precision { get; init; } = 0.9;

    /// <summary>cost: what a missed positive costs. Default 1.</summary>
    public double MissCost { get; init; } = 1;

    /// <summary>cost: what a false alarm costs. Default 1.</summary>
    public double FalseAlarmCost { get; init; } = 1;

    /// <summary>fixed: the threshold itself, 0 to 1. Default 0.5.</summary>
    public double Value { get; init; } = 0.5;
}

/// <summary>Goals of a threshold.</summary>
public enum ThresholdGoal
{
    /// <summary>Highest F1.</summary>
    F1,

    /// <summary>Highest Matthews correlation.</summary>
    Mcc,

    /// <summary>Highest mean of sensitivity and specificity.</summary>
    BalancedAccuracy,

    /// <summary>Highest recall among thresholds that keep a precision.</summary>
    Recall,

    /// <summary>Lowest cost of misses and false alarms.</summary>
    Cost,

    /// <summary>No search: the threshold as written.</summary>
    Fixed,
}
