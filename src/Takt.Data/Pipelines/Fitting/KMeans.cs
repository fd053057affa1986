using Takt.Tensors;

namespace Takt.Data.Pipelines.Fitting;

/// <summary>Lloyd's k-means with k-means++ starts (Arthur and Vassilvitskii 2007), the best of several starts.</summary>
static class KMeans
{
    /// <summary>Starts tried. One start in a few misses a cluster even of well separated ones; the chance that all ten do is nil. scikit-learn's n_init was 10 for that reason.</summary>
    const int Starts = 10;

    /// <summary>Rounds of one start; separated clusters settle in fewer than ten.</summary>
    const int MostRounds = 300;

    /// <summary>Centres, sorted by their coordinates; fewer than asked for if there are fewer different points.</summary>
    public static double[][] Fit(double[][] points, int count, Generator random)
    {
        double[][] best = [];
        double least = double.PositiveInfinity;
        for (int start = 0; start < Starts; start++)
        {
            double[][] centres = PlusPlus(points, count, random);
            double inertia = Settle(points, centres);
            if (inertia < least) (best, least) = (centres, inertia);
        }

        Array.Sort(best, Lexicographic);
        return best;
    }

    /// <summary>The nearest centre, the first of equals, and its squared distance.</summary>
    public static (int Centre, double Distance) Nearest(double[] point, double[][] centres)
    {
        (int Centre, double Distance) nearest = (0, double.PositiveInfinity);
        for (int c = 0; c < centres.Length; c++)
        {
            double distance = Distance(point, centres[c]);
            if (distance < nearest.Distance) nearest = (c, distance);
        }

        return nearest;
    }

    /// <summary>Each next centre is drawn with a chance in proportion to the squared distance from those before it.</summary>
    static double[][] PlusPlus(double[][] points, int count, Generator random)
    {
        var centres = new List<double[]> { (double[])points[random.NextInt(points.Length)].Clone() };
        double[] nearest = new double[points.Length];
        Array.Fill(nearest, double.PositiveInfinity);
        while (centres.Count < count)
        {
            double total = 0;
            for (int i = 0; i < points.Length; i++)
            {
                nearest[i] = Math.Min(nearest[i], Distance(points[i], centres[^1]));
                total += nearest[i];
            }

            if (total == 0) break; // every point is a centre already
            double left = random.NextDouble() * total;
            int drawn = -1;
            for (int i = 0; i < points.Length; i++)
            {
                if (nearest[i] == 0) continue;
                drawn = i; // the last one with a chance, should rounding leave something over
                if ((left -= nearest[i]) < 0) break;
            }

            centres.Add((double[])points[drawn].Clone());
        }

        return [.. centres];
    }

    /// <summary>Moves the centres until no point changes sides; gives the sum of squared distances.</summary>
    static double Settle(double[][] points, double[][] centres)
    {
        int[] side = new int[points.Length];
        Array.Fill(side, -1);
        double inertia = 0;
        for (int round = 0; round < MostRounds; round++)
        {
            inertia = 0;
            bool moved = false;
            for (int i = 0; i < points.Length; i++)
            {
                var (centre, distance) = Nearest(points[i], centres);
                inertia += distance;
                moved |= side[i] != centre;
                side[i] = centre;
            }

            if (!moved) break;
            MoveToMeans(points, side, centres);
        }

        return inertia;
    }

    /// <summary>A centre that no point is nearest to stays where it is.</summary>
    static void MoveToMeans(double[][] points, int[] side, double[][] centres)
    {
        double[][] sums = [.. centres.Select(c => new double[c.Length])];
        int[] counts = new int[centres.Length];
        for (int i = 0; i < points.Length; i++)
        {
            counts[side[i]]++;
            for (int d = 0; d < points[i].Length; d++) sums[side[i]][d] += points[i][d];
        }

        for (int c = 0; c < centres.Length; c++)
            if (counts[c] > 0)
                for (int d = 0; d < centres[c].Length; d++)
                    centres[c][d] = sums[c][d] / counts[c];
    }

    static double Distance(double[] a, double[] b)
    {
        double sum = 0;
        for (int d = 0; d < a.Length; d++) sum += (a[d] - b[d]) * (a[d] - b[d]);
        return sum;
    }

    static int Lexicographic(double[] a, double[] b)
    {
        for (int d = 0; d < a.Length; d++)
            if (a[d] != b[d])
                return a[d].CompareTo(b[d]);
        return 0;
    }
}
