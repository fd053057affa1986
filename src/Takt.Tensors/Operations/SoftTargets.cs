using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Losses against whole distributions. The targets are constants.</summary>
public static class SoftTargets
{
    extension(Tensor logarithms)
    {
        /// <summary>Kullback–Leibler divergence of predicted from target distributions, the mean over rows of Σ t·(ln t − y), with y the logarithms of probabilities as <c>LogSoftmax</c> gives them; 0·ln 0 = 0. dy = −t / rows.</summary>
        /// <param name="targets">Same shape; each innermost row adds up to 1.</param>
        /// <exception cref="ShapeException">The shapes differ.</exception>
        public Tensor KullbackLeibler(Tensor targets) => Tape.Run<Divergence>(logarithms, targets);
    }

    sealed class Divergence : Record<ValueTuple>
    {
        int Rows => this[0].Length / this[0].Shape[^1];

        public override string Name => "KullbackLeibler";

        internal override Tensor Prepare()
        {
            var (y, targets) = (this[0], this[1]);
            if (y.Shape != targets.Shape || y.Shape.Rank == 0 || y.Length == 0)
                throw new ShapeException(Name, $"logarithms {y.Shape}, targets {targets.Shape}", "equal shapes with at least one row", "Check the last layer's size.");
            return Room(Shape.Scalar);
        }

        internal override void Forward()
        {
            ReadOnlySpan<float> y = this[0].Values, targets = this[1].Values;
            double sum = 0;
            for (int i = 0; i < y.Length; i++)
                if (targets[i] > 0) sum += targets[i] * (PortableLogarithm.Of(targets[i]) - y[i]);
            Output.Values[0] = (float)(sum / Rows);
        }

        internal override void Backward(Tensor dy)
        {
            if (this[0].RequiresGradient) Updates.AddScaled(-dy.Values[0] / Rows, this[1].Values, Gradients.Begin(this[0]));
        }
    }
}
