namespace Takt.Learning.Training;

/// <summary>A number of the training is no longer finite. The message says when, where it was first seen and what to try.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Tells where a training went astray.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="step">The step of the whole training, from 1.</param>
    /// <param name="where">The first tensor that is not finite, as a phrase: <c>the output of Gemm with 'hidden1.weight'</c>.</param>
    /// <param name="rate">Learning rate of the step.</param>
    public TrainingDivergedException(int epoch, long step, string where, double rate)
        : base(FormattableString.Invariant(
            $"The training went astray in epoch {epoch}, step {step}: {where} is not finite any more. Lower 'rate' (now {rate:0.######}), set 'clip: 1', look for extreme values in the data, or leave such batches out with 'on_bad_batch: skip'.")) =>
        (Epoch, Step, Where) = (epoch, step, where);

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The step of the whole training, from 1.</summary>
    public long Step { get; }

    /// <summary>The first tensor that is not finite.</summary>
    public string Where { get; }
}
