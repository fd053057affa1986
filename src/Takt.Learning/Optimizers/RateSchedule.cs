using System.Diagnostics;
using Takt.Learning.Specs;

namespace Takt.Learning.Optimizers;

/// <summary>Where a <see cref="RateSchedule"/> stands between two epochs; only the plateau schedule has a memory.</summary>
/// <param name="Factor">What plateaus have left of the rate, 1 at the start.</param>
/// <param name="StaleEpochs">Epochs since the monitor last improved or the rate was last cut.</param>
public sealed record ScheduleState(double Factor = 1, int StaleEpochs = 0);

/// <summary>The learning rate of each step.</summary>
/// <param name="spec">Course and warm-up.</param>
/// <param name="rate">The rate at its highest.</param>
/// <param name="steps">Steps of the whole training.</param>
/// <param name="plateau">Plateau: epochs without improvement after which the rate is halved, at least 1.</param>
public sealed class RateSchedule(ScheduleSpec spec, double rate, long steps, int plateau)
{
    /// <summary>Step: the rate falls to a tenth at each third of the training, as He et al. (2016) did.</summary>
    const int StepParts = 3;

    /// <summary>One cycle (Smith and Topin 2018) with PyTorch's defaults: up from 1/25 over three tenths, then down to a 10,000th of the start.</summary>
    const double CycleStart = 1.0 / 25, CycleRise = 0.3, CycleEnd = CycleStart / 10_000;

    /// <summary>Where it stands; setting it goes on from there.</summary>
    public ScheduleState State { get; set; } = new();

    /// <summary>The rate of a step, counted from 0.</summary>
    public float RateAt(long step)
    {
        double done = (double)step / Math.Max(1, steps);
        if (done < spec.Warmup) return (float)(rate * (step + 1) / ((spec.Warmup * steps) + 1));   // the first step moves too
        double warm = spec.Warmup * steps;
        return (float)(rate * Course(Math.Min(1, (step - warm) / Math.Max(1, steps - warm)), Math.Max(1, steps - warm)));
    }

    /// <summary>Tells how an epoch ended.</summary>
    /// <param name="improved">Whether the monitor was better than ever before.</param>
    public void EndEpoch(bool improved)
    {
        int stale = improved ? 0 : State.StaleEpochs + 1;
        State = stale >= plateau ? new(State.Factor / 2) : State with { StaleEpochs = stale };
    }

    /// <summary>Share of the rate.</summary>
    /// <param name="done">Share of the course that is done.</param>
    /// <param name="length">Steps of the course.</param>
    double Course(double done, double length) => spec.Kind switch
    {
        ScheduleKind.Constant => 1,
        ScheduleKind.Cosine => Cosine(1, 0, done),
        ScheduleKind.Linear => 1 - done,
        ScheduleKind.Step => Math.Pow(0.1, Math.Min(StepParts - 1, Math.Floor(done * StepParts))),
        ScheduleKind.OneCycle => OneCycle(done * length, (CycleRise * length) - 1, Math.Max(1, length - 1)),
        ScheduleKind.Plateau => State.Factor,
        _ => throw new UnreachableException(),
    };

    /// <summary>The top is reached with the last step of the rise, the end with the last of all, as in PyTorch.</summary>
    static double OneCycle(double step, double top, double end) =>
        step < top ? Cosine(CycleStart, 1, step / top) : Cosine(1, CycleEnd, Math.Min(1, (step - top) / (end - top)));

    /// <summary>Half a cosine wave from one value to another.</summary>
    static double Cosine(double from, double to, double done) => to + ((from - to) * (1 + Math.Cos(Math.PI * done)) / 2);
}
