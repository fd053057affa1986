using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Chance in training.</summary>
public static class Noise
{
    extension(Tensor x)
    {
        /// <summary>Sets each element to 0 with probability <paramref name="rate"/> and scales the others by 1/(1 − rate), so that the mean stays. Call it in training only.</summary>
        /// <param name="rate">0 ≤ rate &lt; 1.</param>
        /// <param name="random">Which elements fall.</param>
        public Tensor Dropout(float rate, Generator random)
        {
            if (!(rate >= 0 && rate < 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "A dropout rate is at least 0 and less than 1.");
            return rate == 0 ? x : Tape.Run<Dropped, (float, Generator)>((rate, random), x);
        }
    }

    sealed class Dropped : Record<(float Rate, Generator Random)>
    {
        Broadcasting _same;
        Tensor _factors = null!;   // made by Prepare

        public override string Name => "Dropout";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("ratio", Settings.Rate)];

        internal override Tensor Prepare()
        {
            _same = new Broadcasting(Name, this[0].Shape, this[0].Shape);
            _factors = Room(this[0].Shape);
            return Room(this[0].Shape);
        }

        internal override void Forward()
        {
            float kept = 1 / (1 - Settings.Rate);
            foreach (ref float factor in _factors.Values) factor = Settings.Random.NextSingle() < Settings.Rate ? 0 : kept;
            Maps2.Apply(default(Times), _same, this[0].Values, _factors.Values, Output.Values);
        }

        internal override void Backward(Tensor dy)
        {
            ReadOnlySpan<float> gradient = dy.Values;
            var dx = Gradients.Replace(Output, this[0], out bool accumulate);
            if (accumulate) Maps2.AddSlope(default(Times), _same, toB: false, this[0].Values, _factors.Values, gradient, dx);
            else Maps2.Apply(default(Times), _same, gradient, _factors.Values, dx);
        }

        internal override Tensor Derivative(int input, Tensor dy) => dy * _factors;
    }
}
