namespace Takt.Graphs.Plans.Operators;

/// <summary>Probabilities of k classes from those of each pair (Wu, Lin, Weng 2004, "Probability estimates for multi-class classification by pairwise coupling", second approach; as in libsvm).</summary>
static class PairwiseCoupling
{
    /// <summary>The iteration ends when no equation is violated by more than this, divided by k: libsvm's tolerance, so that the answers are its answers.</summary>
    const double Tolerance = 0.005;

    /// <summary>More rounds than this have never been needed; libsvm's bound.</summary>
    const int LeastRounds = 100;

    /// <summary>Iterates to the solution.</summary>
    /// <param name="pairs">Shape [k, k]: at [i, j] how probable i is when it is i or j.</param>
    /// <param name="probabilities">k of them.</param>
    public static void Solve(ReadOnlySpan<double> pairs, Span<double> probabilities)
    {
        int k = probabilities.Length;
        double[] quadratic = new double[k * k], product = new double[k];
        for (int i = 0; i < k; i++)
            for (int j = 0; j < k; j++)
                if (i != j)
                {
                    quadratic[(i * k) + i] += pairs[(j * k) + i] * pairs[(j * k) + i];
                    quadratic[(i * k) + j] = -pairs[(j * k) + i] * pairs[(i * k) + j];
                }

        probabilities.Fill(1.0 / k);
        for (int round = 0; round < Math.Max(LeastRounds, k); round++)
        {
            double value = 0, worst = 0;
            for (int i = 0; i < k; i++)
            {
                product[i] = 0;
                for (int j = 0; j < k; j++) product[i] += quadratic[(i * k) + j] * probabilities[j];
                value += probabilities[i] * product[i];
            }

            for (int i = 0; i < k; i++) worst = Math.Max(worst, Math.Abs(product[i] - value));
            if (worst < Tolerance / k) break;
            for (int i = 0; i < k; i++)
            {
                double step = (value - product[i]) / quadratic[(i * k) + i];
                probabilities[i] += step;
                value = (value + (step * ((step * quadratic[(i * k) + i]) + (2 * product[i])))) / (1 + step) / (1 + step);
                for (int j = 0; j < k; j++)
                {
                    product[j] = (product[j] + (step * quadratic[(i * k) + j])) / (1 + step);
                    probabilities[j] /= 1 + step;
                }
            }
        }
    }
}
