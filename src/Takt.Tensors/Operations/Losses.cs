namespace Takt.Tensors;

/// <summary>How wrong a prediction is: one number, the mean over elements (or the weighted mean), each with its derivative.</summary>
/// <remarks>Weights: mean of weight·loss divided by the sum of the weights, so that doubling all of them changes nothing.</remarks>
public static class Losses
{
    extension(Tensor prediction)
    {
        /// <summary>Mean of (y − t)²; d/dy = 2(y − t).</summary>
        /// <param name="targets">Same shape.</param>
        /// <param name="weights">One per element (same length), or null.</param>
        public Tensor MeanSquaredError(Tensor targets, Tensor? weights = null) =>
            Average("MeanSquaredError", prediction, targets, weights, static (y, t) => (y - t) * (y - t), static (y, t) => 2 * (y - t));

        /// <summary>Mean of |y − t|; d/dy = sign(y − t).</summary>
        /// <inheritdoc cref="MeanSquaredError"/>
        public Tensor MeanAbsoluteError(Tensor targets, Tensor? weights = null) =>
            Average("MeanAbsoluteError", prediction, targets, weights, static (y, t) => MathF.Abs(y - t), static (y, t) => MathF.Sign(y - t));

        /// <summary>Mean of ½e² for |e| ≤ delta and delta·(|e| − ½delta) beyond, e = y − t (Huber 1964); d/dy = e clamped to ±delta.</summary>
        /// <param name="targets">Same shape.</param>
        /// <param name="delta">Where the parabola becomes a line, in the unit of the targets.</param>
        /// <param name="weights">One per element (same length), or null.</param>
        public Tensor Huber(Tensor targets, float delta = 1, Tensor? weights = null) =>
            Average("Huber", prediction, targets, weights,
                (y, t) => MathF.Abs(y - t) <= delta ? 0.5f * (y - t) * (y - t) : delta * (MathF.Abs(y - t) - (0.5f * delta)),
                (y, t) => Math.Clamp(y - t, -delta, delta));

        /// <summary>Mean of −t·ln σ(x) − (1 − t)·ln(1 − σ(x)), computed without overflow as max(x, 0) − x·t + ln(1 + e^−|x|); d/dx = σ(x) − t.</summary>
        /// <param name="targets">Same shape; probabilities, usually 0 or 1.</param>
        /// <param name="weights">One per element (same length), or null.</param>
        public Tensor BinaryCrossEntropyWithLogits(Tensor targets, Tensor? weights = null) =>
            Average("BinaryCrossEntropyWithLogits", prediction, targets, weights,
                static (x, t) => MathF.Max(x, 0) - (x * t) + float.LogP1(MathF.Exp(-MathF.Abs(x))),
                static (x, t) => (1 / (1 + MathF.Exp(-x))) - t);

        /// <summary>Mean over rows of −ln softmax(x)[class]; dx = softmax(x) − onehot(class).</summary>
        /// <param name="classes">The right class of each row, from 0.</param>
        /// <param name="weights">One per class, or null; the mean is then the weighted one.</param>
        /// <exception cref="ShapeException">x is not [rows, classes] with a class for each row.</exception>
        public Tensor CrossEntropy(ReadOnlyMemory<int> classes, Tensor? weights = null)
        {
            var x = prediction;
            if (x.Shape.Rank != 2 || x.Shape[0] != classes.Length || (weights is not null && weights.Length != x.Shape[1]))
                throw new ShapeException("CrossEntropy", $"logits {x.Shape}, {classes.Length} classes{(weights is null ? "" : $", weights {weights.Shape}")}", "logits [rows, classes], one class per row, one weight per class", "Check the last layer's size.");
            var (rows, width) = (x.Shape[0], x.Shape[1]);
            var y = Tape.Allocate(Shape.Scalar);
            double sum = 0, total = 0;
            for (int row = 0; row < rows; row++)
            {
                int right = classes.Span[row];
                if ((uint)right >= (uint)width) throw new ArgumentOutOfRangeException(nameof(classes), right, $"Row {row} is of class {right}, but there are {width} classes (0 to {width - 1}).");
                float weight = weights is null ? 1 : weights.Values[right];
                sum += weight * (Distributions.LogSumExp(x.Values.Slice(row * width, width)) - x.Values[(row * width) + right]);
                total += weight;
            }

            y.Values[0] = (float)(sum / total);
            return Tape.Record("CrossEntropy", [x], y, dy =>
            {
                var target = Tape.GradientOf(x, out bool accumulate).Values;
                if (!accumulate) target.Clear();
                for (int row = 0; row < rows; row++)
                {
                    int right = classes.Span[row];
                    float scale = (float)(dy.Values[0] * (weights is null ? 1 : weights.Values[right]) / total);
                    var logits = x.Values.Slice(row * width, width);
                    float logarithm = Distributions.LogSumExp(logits);
                    for (int j = 0; j < width; j++) target[(row * width) + j] += scale * (MathF.Exp(logits[j] - logarithm) - (j == right ? 1 : 0));
                }
            });
        }
    }

    static Tensor Average(string name, Tensor y, Tensor targets, Tensor? weights, Func<float, float, float> loss, Func<float, float, float> slope)
    {
        if (y.Length != targets.Length || (y.Shape != targets.Shape && y.Shape[0] != targets.Shape[0]) || (weights is not null && weights.Length != y.Length))
            throw new ShapeException(name, $"prediction {y.Shape}, targets {targets.Shape}{(weights is null ? "" : $", weights {weights.Shape}")}", "equal shapes", "Reshape the targets, or check the last layer's size.");
        double sum = 0, total = 0;
        for (int i = 0; i < y.Length; i++)
        {
            float weight = weights is null ? 1 : weights.Values[i];
            sum += weight * loss(y.Values[i], targets.Values[i]);
            total += weight;
        }

        var mean = Tape.Allocate(Shape.Scalar);
        mean.Values[0] = (float)(sum / total);
        return Tape.Record(name, [y], mean, dy =>
        {
            var target = Tape.GradientOf(y, out bool accumulate).Values;
            if (!accumulate) target.Clear();
            float scale = (float)(dy.Values[0] / total);
            for (int i = 0; i < target.Length; i++)
                target[i] += scale * (weights is null ? 1 : weights.Values[i]) * slope(y.Values[i], targets.Values[i]);
        });
    }
}
