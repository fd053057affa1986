using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Tensors;

namespace Takt.Learning.Training;

/// <summary>What a network answers to samples, and how far off it is.</summary>
/// <param name="Loss">Mean loss.</param>
/// <param name="Answers">Sample after sample: the probability of class 1, the probabilities of all classes, or the coded number.</param>
public sealed record Evaluation(double Loss, float[] Answers)
{
    /// <summary>Samples at a time. A row's answer does not depend on it; more would only need more memory.</summary>
    const int BatchSize = 512;

    /// <summary>Runs a network over samples.</summary>
    public static Evaluation Of(Layer network, Objective objective, Samples samples)
    {
        float[] answers = new float[samples.Count * objective.Outputs];
        var batches = new BatchPool(samples.Shape, objective);
        int[] rows = [.. Enumerable.Range(0, samples.Count)];
        double loss = 0, weight = 0;
        for (int start = 0; start < samples.Count; start += BatchSize)
        {
            var batch = batches.Fill(samples, rows.AsSpan(start, Math.Min(BatchSize, samples.Count - start)));
            using var scratch = Tape.Scratch();
            var outputs = network.Forward(batch.Inputs, Mode.Evaluation);
            loss += objective.Loss(outputs, batch).Item * batch.Weight;
            weight += batch.Weight;
            objective.Answer(outputs).Values.CopyTo(answers.AsSpan(start * objective.Outputs));
        }

        return new Evaluation(loss / weight, answers);
    }
}
