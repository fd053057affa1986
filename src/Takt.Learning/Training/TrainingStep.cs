using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Optimizers;
using Takt.Protocols.Rows;
using Takt.Tensors;

namespace Takt.Learning.Training;

/// <summary>One step of training: forward, backward, and the parameters moved along their gradients.</summary>
/// <param name="network">What is trained.</param>
/// <param name="objective">What it is to learn.</param>
/// <param name="parameters">The network's parameters.</param>
/// <param name="optimizer">What moves them.</param>
/// <param name="clip">Longest gradient; 0 = no limit.</param>
/// <param name="clipValue">Largest number of a gradient; 0 = no limit.</param>
/// <param name="onBadBatch">What to do with a batch whose loss or gradient is not finite.</param>
sealed class TrainingStep(
    Layer network, Objective objective, IReadOnlyList<Parameter> parameters, Optimizer optimizer, double clip = 0, double clipValue = 0, OnError onBadBatch = OnError.Fail)
{
    /// <summary>One for each batch (there are at most two sizes): a tape that sees the same operations again and again allocates nothing.</summary>
    readonly Dictionary<Batch, Tape> _tapes = [];

    /// <summary>What layers move by themselves in a forward pass, such as running statistics, and how it was before the step.</summary>
    readonly (Tensor Value, float[] Before)[] _statistics = [.. parameters.Where(p => !p.Value.RequiresGradient).Select(p => (p.Value, new float[p.Value.Length]))];

    /// <summary>Takes the step. If it fails, or loss or gradient are not finite, everything is as it was before.</summary>
    /// <param name="batch">What the network sees.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="chance">What dropout draws from.</param>
    /// <param name="epoch">For the message when it goes astray, from 1.</param>
    /// <returns>Loss and length of the gradient, both before the step; null if the batch was skipped.</returns>
    /// <exception cref="TrainingDivergedException">A number is no longer finite, and such batches are not skipped.</exception>
    public (double Loss, double Norm)? Take(Batch batch, float rate, Generator chance, int epoch = 1)
    {
        for (int i = 0; i < parameters.Count; i++) parameters[i].Value.ClearGradient();
        foreach (var (value, before) in _statistics) value.Values.CopyTo(before);
        if (!_tapes.TryGetValue(batch, out var tape)) _tapes.Add(batch, tape = new Tape());
        using var running = tape.Restart();
        bool taken = false;
        try
        {
            var loss = objective.Loss(network.Forward(batch.Inputs, Mode.Training(chance)), batch);
            tape.Backward(loss);
            if (clipValue > 0) GradientClipping.ByValue(parameters, clipValue);
            double norm = GradientNorm.Of(parameters);
            if (float.IsFinite(loss.Item) && double.IsFinite(norm))
            {
                optimizer.Step(rate, GradientNorm.ClipFactor(norm, clip));
                taken = true;
                return (loss.Item, norm);
            }
        }
        finally
        {
            if (!taken)
                foreach (var (value, before) in _statistics) before.CopyTo(value.Values);
        }

        return onBadBatch == OnError.Skip ? null : throw new TrainingDivergedException(epoch, optimizer.Steps + 1, Divergence.Find(tape, batch, parameters), rate);
    }
}
