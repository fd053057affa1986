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

    /// <summary>Runs a network in training, which has no output function yet.</summary>
    public static Evaluation Of(Layer network, Objective objective, Samples samples)
    {
        double loss = 0, weight = 0;
        float[] answers = Walk(samples, objective, batch =>
        {
            var outputs = network.Forward(batch.Inputs, Mode.Evaluation);
            loss += objective.Loss(outputs, batch).Item * batch.Weight;
            weight += batch.Weight;
            return objective.Answer(outputs);
        });
        return new Evaluation(loss / weight, answers);
    }

    /// <summary>Runs a network as it is served, output function included.</summary>
    public static float[] AnswersOf(Layer served, Objective objective, Samples samples) =>
        Walk(samples, objective, batch => served.Forward(batch.Inputs, Mode.Evaluation));

    static float[] Walk(Samples samples, Objective objective, Func<Batch, Tensor> answer)
    {
        float[] answers = new float[samples.Count * objective.Outputs];
        var batches = new BatchPool(samples.Shape, objective);
        int[] rows = [.. Enumerable.Range(0, samples.Count)];
        for (int start = 0; start < samples.Count; start += BatchSize)
        {
            var batch = batches.Fill(samples, rows.AsSpan(start, Math.Min(BatchSize, samples.Count - start)));
            using var scratch = Tape.Scratch();
            answer(batch).Values.CopyTo(answers.AsSpan(start * objective.Outputs));
        }

        return answers;
    }
}
