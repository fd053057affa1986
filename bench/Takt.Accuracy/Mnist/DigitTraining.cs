using System.Runtime.InteropServices;
using Takt.Learning.Layers;
using Takt.Learning.Optimizers;
using Takt.Learning.Specs;
using Takt.Tensors;

namespace Takt.Accuracy.Mnist;

/// <summary>The network mnist-cnn (3×3 convolution to 32, ReLU, largest of 2×2, linear 5408 → 10) trained with Adam in batches of 32.</summary>
sealed class DigitTraining
{
    const int Batch = 32, TestBatch = 500;

    readonly int[] _order;
    readonly int _epochs;
    readonly ulong _seed;
    readonly Sequential _network;
    readonly IReadOnlyList<Parameter> _parameters;

    public DigitTraining(int digits, int epochs, ulong seed)
    {
        var random = new Generator(seed);
        _epochs = epochs;
        _seed = seed;
        _network = new(
        [
            new("conv", new Conv2d(1, 32, 3, random)), new("relu", new ActivationLayer(Activation.Relu)), new("pool", new MaxPool2d(2)),
            new("flatten", new Flatten()), new("linear", new Linear(32 * 13 * 13, 10, random)),
        ]);
        _parameters = _network.Parameters();
        _order = new int[epochs * digits];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var part = _order.AsSpan(epoch * digits, digits);
            for (int i = 0; i < digits; i++) part[i] = i;
            for (int i = digits - 1; i > 0; i--) { int other = random.NextInt(i + 1); (part[i], part[other]) = (part[other], part[i]); }
        }
    }

    /// <summary>Writes the starting weights and the order of the digits, for a peer that begins and goes on alike.</summary>
    public void Write(string folder)
    {
        for (int i = 0; i < _parameters.Count; i++) File.WriteAllBytes(Path.Combine(folder, $"{i}.f32"), MemoryMarshal.AsBytes<float>(_parameters[i].Value.Values).ToArray());
        File.WriteAllBytes(Path.Combine(folder, "order.i32"), MemoryMarshal.AsBytes<int>(_order).ToArray());
    }

    /// <summary>Trains.</summary>
    /// <param name="train">Digits to learn from.</param>
    /// <param name="test">Digits to be judged by.</param>
    /// <param name="rate">Adam's rate.</param>
    /// <param name="decays">Whether it falls to 0 along half a cosine.</param>
    public Curve Run(Digits train, Digits test, float rate, bool decays)
    {
        var mode = Mode.Training(new Generator(_seed));
        var adam = new Adam(_parameters);
        Tensor images = Tensor.Zeros(Batch, 1, 28, 28);
        int[] classes = new int[Batch];
        int steps = train.Count / Batch, all = steps * _epochs;
        List<double> losses = [], accuracies = [];
        double sum = 0;
        for (int step = 0; step < all; step++)
        {
            int epoch = step / steps;
            train.Take(_order.AsSpan((epoch * train.Count) + (step % steps * Batch), Batch), images, classes);
            foreach (var (_, value) in _parameters) value.ClearGradient();
            using (var tape = Tape.Start())
            {
                var loss = _network.Forward(images, mode).CrossEntropy(classes);
                tape.Backward(loss);
                sum += loss.Item;
            }

            adam.Step(decays ? rate * 0.5f * (1 + MathF.Cos(MathF.PI * step / all)) : rate);
            if ((step + 1) % Curve.Every == 0)
            {
                losses.Add(sum / Curve.Every);
                sum = 0;
            }

            if ((step + 1) % steps == 0) accuracies.Add(Accuracy(test));
        }

        return new([.. losses], [.. accuracies]);
    }

    double Accuracy(Digits test)
    {
        Tensor images = Tensor.Zeros(TestBatch, 1, 28, 28);
        int[] classes = new int[TestBatch], which = new int[TestBatch];
        int right = 0;
        for (int from = 0; from < test.Count; from += TestBatch)
        {
            for (int i = 0; i < TestBatch; i++) which[i] = from + i;
            test.Take(which, images, classes);
            var scores = _network.Forward(images, Mode.Evaluation).Values;
            for (int i = 0; i < TestBatch; i++)
            {
                var row = scores.Slice(i * 10, 10);
                int best = 0;
                for (int c = 1; c < 10; c++) if (row[c] > row[best]) best = c;
                if (best == classes[i]) right++;
            }
        }

        return (double)right / test.Count;
    }
}
