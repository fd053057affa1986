using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Normalisation of channels over a batch.</summary>
public static class BatchNormalisation
{
    extension(Tensor x)
    {
        /// <summary>Batch norm (Ioffe and Szegedy 2015, arXiv:1502.03167): y = (x − μ)/√(σ² + ε)·scale + shift with μ and σ² of each channel. dx = scale/√(σ² + ε)·(dy − mean dy − x̂·mean(dy·x̂)) in training.</summary>
        /// <param name="scale">One number per channel.</param>
        /// <param name="shift">One number per channel.</param>
        /// <param name="runningMean">One number per channel: in training it moves toward the batch's mean, in evaluation it is μ.</param>
        /// <param name="runningVariance">One number per channel: the same for σ² (moved by the variance divided by count − 1, as PyTorch does).</param>
        /// <param name="training">Whether μ and σ² are the batch's.</param>
        /// <param name="momentum">How far the running statistics move each time: running += momentum·(batch − running).</param>
        /// <param name="epsilon">ε.</param>
        /// <returns>The shape of x, which is [batch, channels] or [batch, channels, …].</returns>
        /// <exception cref="ShapeException">Not one number per channel, or a training batch with a single number per channel.</exception>
        public Tensor BatchNorm(Tensor scale, Tensor shift, Tensor runningMean, Tensor runningVariance, bool training, float momentum = 0.1f, float epsilon = 1e-5f) =>
            Tape.Run<Normalised, (bool, float, float)>((training, momentum, epsilon), x, scale, shift, runningMean, runningVariance);
    }

    sealed class Normalised : Record<(bool Training, float Momentum, float Epsilon)>
    {
        Planes _planes;
        int _channels, _count;
        Tensor _mean = null!, _variance = null!, _factor = null!, _spread = null!;   // made by Prepare

        public override string Name => "BatchNormalization";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("epsilon", Settings.Epsilon), new("momentum", 1 - Settings.Momentum)];

        internal override Tensor Prepare()
        {
            var (x, scale, shift, runningMean, runningVariance) = (this[0], this[1], this[2], this[3], this[4]);
            Shape each = [_channels = x.Shape.Rank < 2 ? 0 : x.Shape[1]];
            if (_channels == 0 || scale.Shape != each || shift.Shape != each || runningMean.Shape != each || runningVariance.Shape != each)
                throw new ShapeException("BatchNorm", $"x {x.Shape}, scale {scale.Shape}, shift {shift.Shape}, running mean {runningMean.Shape}, running variance {runningVariance.Shape}",
                    "x [batch, channels, …] and one number per channel", "Check the layer that made x.");
            _count = x.Length / _channels;
            if (Settings.Training && _count < 2)
                throw new ShapeException("BatchNorm", $"x {x.Shape} in training: {_count} number per channel has no variance", "at least two", "Train on larger batches.");
            _planes = new Planes(x.Shape);
            (_factor, _spread) = (Room(each), Room(each));
            (_mean, _variance) = Settings.Training ? (Room(each), Room(each)) : (runningMean, runningVariance);
            return Room(x.Shape);
        }

        internal override void Forward()
        {
            using var room = _planes.Rent();
            var planes = _planes.Of(this[0].Values, room);
            if (Settings.Training)
            {
                BatchNormKernel.Measure(planes, _channels, _planes.Pixels, _mean.Values, _variance.Values);
                Move(this[3].Values, _mean.Values, 1);
                Move(this[4].Values, _variance.Values, _count / (_count - 1f));
            }

            Span<float> variance = _variance.Values, spread = _spread.Values, factor = _factor.Values, scale = this[1].Values;
            for (int c = 0; c < _channels; c++)
            {
                spread[c] = 1 / MathF.Sqrt(variance[c] + Settings.Epsilon);
                factor[c] = scale[c] * spread[c];
            }

            BatchNormKernel.Apply(planes, _channels, _planes.Pixels, _mean.Values, factor, this[2].Values, _planes.AreTurned ? planes : Output.Values);
            if (_planes.AreTurned) _planes.TurnBack(planes, Output.Values, accumulate: false);
        }

        internal override void Backward(Tensor dy)
        {
            var (x, scale, shift) = (this[0], this[1], this[2]);
            using Scratch room = _planes.Rent(), room2 = _planes.Rent(), sums = new(_channels), products = new(_channels);
            Span<float> planes = _planes.Of(x.Values, room), gradients = _planes.Of(dy.Values, room2), factor = _factor.Values, spread = _spread.Values;
            BatchNormKernel.Gather(planes, gradients, _channels, _planes.Pixels, _mean.Values, sums.Values, products.Values);
            if (shift.RequiresGradient) Gradients.Add(shift, sums.Values);
            if (scale.RequiresGradient)
            {
                var target = Gradients.Begin(scale);
                for (int c = 0; c < _channels; c++) target[c] += products.Values[c] * spread[c];
            }

            if (!x.RequiresGradient) return;
            Span<float> slope = products.Values, level = sums.Values;
            for (int c = 0; c < _channels; c++)
            {
                slope[c] = Settings.Training ? -factor[c] * spread[c] * spread[c] * slope[c] / _count : 0;
                level[c] = Settings.Training ? -factor[c] * level[c] / _count : 0;
            }

            var dx = Gradients.Replace(Output, x, out bool accumulate);   // number by number from gradients, so in their place
            BatchNormKernel.AddSlope(planes, gradients, _channels, _planes.Pixels, _mean.Values, factor, slope, level, _planes.AreTurned ? planes : dx, accumulate && !_planes.AreTurned);
            if (_planes.AreTurned) _planes.TurnBack(planes, dx, accumulate);
        }

        void Move(Span<float> running, ReadOnlySpan<float> batch, float correction)
        {
            for (int c = 0; c < running.Length; c++) running[c] += Settings.Momentum * ((batch[c] * correction) - running[c]);
        }
    }
}
