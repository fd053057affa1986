using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Losses against whole distributions.</summary>
public static class SoftTargets
{
    extension(Tensor logarithms)
    {
        /// <summary>Kullback–Leibler divergence of predicted from target distributions, the mean over rows of Σ t·(ln t − y), with y the logarithms of probabilities as <c>LogSoftmax</c> gives them; 0·ln 0 = 0. dy = −t / rows.</summary>
        /// <param name="targets">Same shape; each innermost row adds up to 1.</param>
        /// <exception cref="ShapeException">The shapes differ.</exception>
        public Tensor KullbackLeibler(Tensor targets)
        {
            var y = logarithms;
            if (y.Shape != targets.Shape || y.Shape.Rank == 0 || y.Length == 0)
                throw new ShapeException("KullbackLeibler", $"logarithms {y.Shape}, targets {targets.Shape}", "equal shapes with at least one row", "Check the last layer's size.");
            int rows = y.Length / y.Shape[^1];
            double sum = 0;
            for (int i = 0; i < y.Length; i++)
                if (targets.Values[i] > 0) sum += targets.Values[i] * (PortableLogarithm.Of(targets.Values[i]) - y.Values[i]);
            var mean = Tape.Allocate(Shape.Scalar);
            mean.Values[0] = (float)(sum / rows);
            return Tape.Record("KullbackLeibler", [y], mean, dy => Updates.AddScaled(-dy.Values[0] / rows, targets.Values, Gradients.Begin(y)));
        }
    }
}
