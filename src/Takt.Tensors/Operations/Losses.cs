using Takt.Tensors.Kernels;

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
            Average("MeanSquaredError", default(SquaredError), prediction, targets, weights);

        /// <summary>Mean of |y − t|; d/dy = sign(y − t).</summary>
        /// <inheritdoc cref="MeanSquaredError"/>
        public Tensor MeanAbsoluteError(Tensor targets, Tensor? weights = null) =>
            Average("MeanAbsoluteError", default(AbsoluteError), prediction, targets, weights);

        /// <summary>Mean of ½e² for |e| ≤ delta and delta·(|e| − ½delta) beyond, e = y − t (Huber 1964); d/dy = e clamped to ±delta.</summary>
        /// <param name="targets">Same shape.</param>
        /// <param name="delta">Where the parabola becomes a line, in the unit of the targets.</param>
        /// <param name="weights">One per element (same length), or null.</param>
        public Tensor Huber(Tensor targets, float delta = 1, Tensor? weights = null) =>
            Average("Huber", new HuberError(delta), prediction, targets, weights);

        /// <summary>Mean of −t·ln σ(x) − (1 − t)·ln(1 − σ(x)), computed without overflow as max(x, 0) − x·t + ln(1 + e^−|x|); d/dx = σ(x) − t.</summary>
        /// <param name="targets">Same shape; probabilities, usually 0 or 1.</param>
        /// <param name="weights">One per element (same length), or null.</param>
        public Tensor BinaryCrossEntropyWithLogits(Tensor targets, Tensor? weights = null) =>
            Average("BinaryCrossEntropyWithLogits", default(LogitError), prediction, targets, weights);

        /// <summary>Mean of τ·e for e ≥ 0 and (τ − 1)·e below, e = t − y (Koenker and Bassett 1978): least at the τ-quantile of the targets; d/dy = −τ or 1 − τ.</summary>
        /// <param name="targets">Same shape.</param>
        /// <param name="quantile">τ, between 0 and 1.</param>
        /// <param name="weights">One per element (same length), or null.</param>
        public Tensor Pinball(Tensor targets, float quantile, Tensor? weights = null)
        {
            if (!(quantile > 0 && quantile < 1)) throw new ArgumentOutOfRangeException(nameof(quantile), quantile, "A quantile lies between 0 and 1.");
            return Average("Pinball", new PinballError(quantile), prediction, targets, weights);
        }

        /// <summary>Focal loss of logits (Lin et al. 2017, arXiv:1708.02002): mean of −αₜ·(1 − pₜ)^γ·ln pₜ, pₜ the probability given to the right answer; cross-entropy that looks away from what is easy.</summary>
        /// <param name="targets">Same shape; 0 or 1.</param>
        /// <param name="focus">γ, 0 or more; 0 is cross-entropy.</param>
        /// <param name="balance">α for targets of 1, 1 − α for those of 0; null weighs both alike with 1.</param>
        /// <param name="weights">One per element (same length), or null.</param>
        public Tensor Focal(Tensor targets, float focus = 2, float? balance = null, Tensor? weights = null) =>
            Average("Focal", new FocalError(focus, balance ?? 1, balance is { } share ? 1 - share : 1), prediction, targets, weights);

        /// <summary>Mean over rows of −ln softmax(x)[class]; dx = softmax(x) − onehot(class).</summary>
        /// <param name="classes">The right class of each row, from 0.</param>
        /// <param name="weights">One per class, or null; the mean is then the weighted one.</param>
        /// <param name="smoothing">Share of the certainty that is spread evenly over all classes (Szegedy et al. 2016, arXiv:1512.00567), 0 up to below 1.</param>
        /// <param name="ignore">A class whose rows count for nothing, such as the one that fills sequences up; null for none. With no row left the loss is 0.</param>
        /// <exception cref="ShapeException">x is not [rows, classes] with a class for each row.</exception>
        public Tensor CrossEntropy(ReadOnlyMemory<int> classes, Tensor? weights = null, float smoothing = 0, int? ignore = null)
        {
            var x = prediction;
            if (x.Shape.Rank != 2 || x.Shape[0] != classes.Length || (weights is not null && weights.Length != x.Shape[1]))
                throw new ShapeException("CrossEntropy", $"logits {x.Shape}, {classes.Length} classes{(weights is null ? "" : $", weights {weights.Shape}")}", "logits [rows, classes], one class per row, one weight per class", "Check the last layer's size.");
            if (!(smoothing >= 0 && smoothing < 1)) throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "Smoothing is at least 0 and less than 1.");
            var (rows, width) = (x.Shape[0], x.Shape[1]);
            var logarithms = Tape.Allocate(x.Shape);
            SoftmaxKernel.ApplyLogarithm(x.Values, logarithms.Values, width);
            float certain = 1 - smoothing, even = smoothing / width, spread = even * (weights is null ? width : Sums.Of(weights.Values));
            double sum = 0, total = 0;
            for (int row = 0; row < rows; row++)
            {
                int right = classes.Span[row];
                if (right == ignore) continue;
                if ((uint)right >= (uint)width) throw new ArgumentOutOfRangeException(nameof(classes), right, $"Row {row} is of class {right}, but there are {width} classes (0 to {width - 1}).");
                float weight = weights is null ? 1 : weights.Values[right];
                var logarithm = logarithms.Values.Slice(row * width, width);
                sum -= certain * weight * logarithm[right];
                if (smoothing > 0) sum -= even * (weights is null ? Sums.Of(logarithm) : Sums.OfProducts(logarithm, weights.Values));
                total += weight;
            }

            var y = Tape.Allocate(Shape.Scalar);
            y.Values[0] = total == 0 ? 0 : (float)(sum / total);
            return Tape.Record("CrossEntropy", [x], y, dy =>
            {
                using var probabilities = Storage.Rent(x.Length);
                VectorMath.Exp(logarithms.Values, probabilities.Values);
                var target = Gradients.Begin(x);
                for (int row = 0; row < rows; row++)
                {
                    int right = classes.Span[row];
                    if (right == ignore) continue;
                    float weight = certain * (weights is null ? 1 : weights.Values[right]);
                    var slope = target.Slice(row * width, width);
                    Updates.AddScaled((float)(dy.Values[0] * (weight + spread) / total), probabilities.Values.Slice(row * width, width), slope);
                    slope[right] -= (float)(dy.Values[0] * weight / total);
                    if (smoothing == 0) continue;
                    float share = (float)(dy.Values[0] * even / total);
                    for (int i = 0; i < width; i++) slope[i] -= share * (weights is null ? 1 : weights.Values[i]);
                }
            });
        }
    }

    static Tensor Average<TLoss>(string name, TLoss loss, Tensor y, Tensor targets, Tensor? weights) where TLoss : struct, ILossFunction
    {
        if (y.Shape != targets.Shape || (weights is not null && weights.Length != y.Length))
            throw new ShapeException(name, $"prediction {y.Shape}, targets {targets.Shape}{(weights is null ? "" : $", weights {weights.Shape}")}", "equal shapes, one weight per element", "Reshape the targets, or check the last layer's size.");
        float total = weights is null ? y.Length : Sums.Of(weights.Values);
        var mean = Tape.Allocate(Shape.Scalar);
        mean.Values[0] = Averages.Sum(loss, y.Values, targets.Values, weights is null ? default : weights.Values) / total;
        return Tape.Record(name, [y], mean, dy =>
        {
            var target = Tape.GradientOf(y, out bool accumulate).Values;
            Averages.AddSlope(loss, y.Values, targets.Values, weights is null ? default : weights.Values, dy.Values[0] / total, target, accumulate);
        });
    }
}
