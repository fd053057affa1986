using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>How wrong a prediction is: one number, the mean over elements (or the weighted mean), each with its derivative.</summary>
/// <remarks>Weights: mean of weight·loss divided by the sum of the weights, so that doubling all of them changes nothing; where all are 0 there is nothing to learn, and loss and gradient are 0. Targets and weights are constants: no gradient flows to them.</remarks>
public static class Losses
{
    extension(Tensor prediction)
    {
        /// <summary>Mean of (y − t)²; d/dy = 2(y − t).</summary>
        /// <param name="targets">Same shape.</param>
        /// <param name="weights">One per element (same length), or null.</param>
        public Tensor MeanSquaredError(Tensor targets, Tensor? weights = null) =>
            Average<SquaredError>(new("MeanSquaredError", default), prediction, targets, weights);

        /// <summary>Mean of |y − t|; d/dy = sign(y − t).</summary>
        /// <inheritdoc cref="MeanSquaredError"/>
        public Tensor MeanAbsoluteError(Tensor targets, Tensor? weights = null) =>
            Average<AbsoluteError>(new("MeanAbsoluteError", default), prediction, targets, weights);

        /// <summary>Mean of ½e² for |e| ≤ delta and delta·(|e| − ½delta) beyond, e = y − t (Huber 1964); d/dy = e clamped to ±delta.</summary>
        /// <param name="targets">Same shape.</param>
        /// <param name="delta">Where the parabola becomes a line, in the unit of the targets.</param>
        /// <param name="weights">One per element (same length), or null.</param>
        public Tensor Huber(Tensor targets, float delta = 1, Tensor? weights = null) =>
            Average<HuberError>(new("Huber", new(delta)), prediction, targets, weights);

        /// <summary>Mean of −t·ln σ(x) − (1 − t)·ln(1 − σ(x)), computed without overflow as max(x, 0) − x·t + ln(1 + e^−|x|); d/dx = σ(x) − t.</summary>
        /// <param name="targets">Same shape; probabilities, usually 0 or 1.</param>
        /// <param name="weights">One per element (same length), or null.</param>
        public Tensor BinaryCrossEntropyWithLogits(Tensor targets, Tensor? weights = null) =>
            Average<LogitError>(new("BinaryCrossEntropyWithLogits", default), prediction, targets, weights);

        /// <summary>Mean of τ·e for e ≥ 0 and (τ − 1)·e below, e = t − y (Koenker and Bassett 1978): least at the τ-quantile of the targets; d/dy = −τ or 1 − τ.</summary>
        /// <param name="targets">Same shape.</param>
        /// <param name="quantile">τ, between 0 and 1.</param>
        /// <param name="weights">One per element (same length), or null.</param>
        public Tensor Pinball(Tensor targets, float quantile, Tensor? weights = null)
        {
            if (!(quantile > 0 && quantile < 1)) throw new ArgumentOutOfRangeException(nameof(quantile), quantile, "A quantile lies between 0 and 1.");
            return Average<PinballError>(new("Pinball", new(quantile)), prediction, targets, weights);
        }

        /// <summary>Focal loss of logits (Lin et al. 2017, arXiv:1708.02002): mean of −αₜ·(1 − pₜ)^γ·ln pₜ, pₜ the probability given to the right answer; cross-entropy that looks away from what is easy.</summary>
        /// <param name="targets">Same shape; 0 or 1.</param>
        /// <param name="focus">γ, 0 or more; 0 is cross-entropy.</param>
        /// <param name="balance">α for targets of 1, 1 − α for those of 0; null weighs both alike with 1.</param>
        /// <param name="weights">One per element (same length), or null.</param>
        public Tensor Focal(Tensor targets, float focus = 2, float? balance = null, Tensor? weights = null) =>
            Average<FocalError>(new("Focal", new(focus, balance ?? 1, balance is { } share ? 1 - share : 1)), prediction, targets, weights);
    }

    static Tensor Average<TLoss>(LossSettings<TLoss> loss, Tensor y, Tensor targets, Tensor? weights) where TLoss : struct, ILossFunction, IEquatable<TLoss> =>
        weights is null ? Tape.Run<AverageLoss<TLoss>, LossSettings<TLoss>>(loss, y, targets) : Tape.Run<AverageLoss<TLoss>, LossSettings<TLoss>>(loss, y, targets, weights);

    readonly record struct LossSettings<TLoss>(string Name, TLoss Loss) where TLoss : struct, ILossFunction, IEquatable<TLoss>;

    sealed class AverageLoss<TLoss> : Record<LossSettings<TLoss>> where TLoss : struct, ILossFunction, IEquatable<TLoss>
    {
        float _total;

        public override string Name => Settings.Name;

        internal override Tensor Prepare()
        {
            var (y, targets, weights) = (this[0], this[1], Optional(2));
            if (y.Shape != targets.Shape || y.Length == 0 || (weights is not null && weights.Length != y.Length))
                throw new ShapeException(Name, $"prediction {y.Shape}, targets {targets.Shape}{(weights is null ? "" : $", weights {weights.Shape}")}", "equal shapes, not empty, one weight per element", "Reshape the targets, or check the last layer's size.");
            return Room(Shape.Scalar);
        }

        internal override void Forward()
        {
            ReadOnlySpan<float> weights = Optional(2) is { } given ? given.Values : default;
            _total = weights.IsEmpty ? this[0].Length : Sums.Of(weights);
            Output.Values[0] = _total == 0 ? 0 : Averages.Sum(Settings.Loss, this[0].Values, this[1].Values, weights) / _total;
        }

        internal override void Backward(Tensor dy)
        {
            if (!this[0].RequiresGradient) return;
            if (_total == 0)
            {
                Gradients.Begin(this[0]);
                return;
            }

            var target = Gradients.Of(this[0], out bool accumulate);
            Averages.AddSlope(Settings.Loss, this[0].Values, this[1].Values, Optional(2) is { } weights ? weights.Values : default, dy.Values[0] / _total, target, accumulate);
        }
    }
}
