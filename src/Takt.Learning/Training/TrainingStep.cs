using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Optimizers;
using Takt.Tensors;

namespace Takt.Learning.Training;

/// <summary>One step of training: forward, backward, and the parameters moved along their gradients.</summary>
/// <param name="network">What is trained.</param>
/// <param name="objective">What it is to learn.</param>
/// <param name="parameters">The network's parameters.</param>
/// <param name="optimizer">What moves them.</param>
sealed class TrainingStep(Layer network, Objective objective, IReadOnlyList<Parameter> parameters, Optimizer optimizer)
{
    /// <summary>One for each batch (there are at most two sizes): a tape that sees the same operations again and again allocates nothing.</summary>
    readonly Dictionary<Batch, Tape> _tapes = [];

    /// <summary>Takes the step; loss or norm that are not finite leave the parameters as they were.</summary>
    /// <param name="batch">What the network sees.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="clip">Longest gradient; 0 = no limit.</param>
    /// <param name="chance">What dropout draws from.</param>
    /// <param name="epoch">For the message when it goes astray, from 1.</param>
    /// <returns>Loss and length of the gradient, both before the step.</returns>
    /// <exception cref="TrainingDivergedException">A number is no longer finite.</exception>
    public (double Loss, double Norm) Take(Batch batch, float rate, double clip, Generator chance, int epoch = 1)
    {
        for (int i = 0; i < parameters.Count; i++) parameters[i].Value.ClearGradient();
        if (!_tapes.TryGetValue(batch, out var tape)) _tapes.Add(batch, tape = new Tape());
        using var running = tape.Restart();
        var loss = objective.Loss(network.Forward(batch.Inputs, Mode.Training(chance)), batch);
        tape.Backward(loss);
        double norm = GradientNorm.Of(parameters);
        if (!float.IsFinite(loss.Item) || !double.IsFinite(norm))
            throw new TrainingDivergedException(epoch, optimizer.Steps + 1, Divergence.Find(tape, batch.Inputs, parameters), rate);
        optimizer.Step(rate, GradientNorm.ClipFactor(norm, clip));
        return (loss.Item, norm);
    }
}
