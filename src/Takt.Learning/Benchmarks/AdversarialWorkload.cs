using Takt.Learning.Layers;
using Takt.Learning.Optimizers;
using Takt.Tensors;

namespace Takt.Learning.Benchmarks;

/// <summary>Two networks against each other (Goodfellow et al. 2014): one step of the discriminator on real and made samples, one of the generator.</summary>
/// <param name="name">How both sides call it.</param>
/// <param name="batch">Samples of each kind per step.</param>
/// <param name="width">Numbers of a sample and of the noise it is made from.</param>
/// <param name="generator">Makes the network that makes samples.</param>
/// <param name="discriminator">Makes the network that tells them apart.</param>
sealed class AdversarialWorkload(string name, int batch, int width, Func<Generator, Layer> generator, Func<Generator, Layer> discriminator) : Workload(name)
{
    const float Rate = 2e-4f;
    const ulong Seed = 1;

    public override int TrainingBatch => batch;

    public override IReadOnlyList<int> InferenceBatches(string? models) => [];

    public override Action Training()
    {
        var random = new Generator(Seed);
        var mode = Mode.Training(random);
        Layer maker = generator(random), judge = discriminator(random);
        IReadOnlyList<Parameter> makers = maker.Parameters(), judges = judge.Parameters();
        Adam moveMaker = new(makers), moveJudge = new(judges);
        Tensor real = Tensor.Normal([batch, width], 1, random), noise = Tensor.Zeros(batch, width), one = Tensor.Ones(batch, 1), zero = Tensor.Zeros(batch, 1);
        var tape = new Tape();
        return () =>
        {
            using var running = tape.Restart();
            Clear(judges);
            foreach (ref float value in noise.Values) value = (float)random.NextNormal();
            var made = maker.Forward(noise, mode);
            tape.Backward(Loss(judge, real, one) + Loss(judge, made.Detach(), zero));
            moveJudge.Step(Rate);
            Clear(makers);
            tape.Backward(Loss(judge, made, one));
            moveMaker.Step(Rate);
        };

        Tensor Loss(Layer judge, Tensor samples, Tensor truth) => judge.Forward(samples, mode).BinaryCrossEntropyWithLogits(truth);
    }

    public override Action Inference(int batch, string? models) => throw new InvalidOperationException($"{Name} is only trained.");

    static void Clear(IReadOnlyList<Parameter> parameters)
    {
        for (int i = 0; i < parameters.Count; i++) parameters[i].Value.ClearGradient();
    }
}
