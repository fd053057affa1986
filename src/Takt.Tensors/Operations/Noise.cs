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
            if (rate == 0) return x;
            var same = new Broadcasting("Dropout", x.Shape, x.Shape);
            var factors = Tape.Allocate(x.Shape);
            var y = Tape.Allocate(x.Shape);
            float kept = 1 / (1 - rate);
            foreach (ref float factor in factors.Values) factor = random.NextSingle() < rate ? 0 : kept;
            Maps2.Apply(default(Times), same, x.Values, factors.Values, y.Values);
            return Tape.Record("Dropout", [x], y, dy => Maps2.AddSlope(default(Times), same, toB: false, x.Values, factors.Values, dy.Values, Gradients.Begin(x)),
                new OperationAttribute("ratio", rate));
        }
    }
}
