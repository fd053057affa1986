namespace Takt.Learning.Metrics;

/// <summary>Rows sorted by falling score, once for all metrics that look at every threshold. Equal scores form one step: no threshold parts them.</summary>
sealed class Ranking
{
    /// <summary>Sorts.</summary>
    /// <param name="scores">One a row, finite.</param>
    /// <param name="truth">Whether the row is positive.</param>
    /// <exception cref="ArgumentException">The lengths differ or a score is not finite.</exception>
    public Ranking(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth)
    {
        if (scores.Length != truth.Length)
            throw new ArgumentException($"{scores.Length} scores for {truth.Length} rows; expected one score a row.");
        for (int i = 0; i < scores.Length; i++)
            if (!double.IsFinite(scores[i])) throw new ArgumentException($"The score of row {i} is {scores[i]}; expected a finite number. Look for overflow in the model's output.");

        double[] keys = scores.ToArray();
        Rows = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, Rows);
        Array.Reverse(keys);
        Array.Reverse(Rows);
        Scores = keys;
        IsPositive = new bool[keys.Length];
        for (int i = 0; i < keys.Length; i++) IsPositive[i] = truth[Rows[i]];
        Positives = IsPositive.Count(p => p);
    }

    /// <summary>The rows' numbers, best first.</summary>
    public int[] Rows { get; }

    /// <summary>The scores, falling.</summary>
    public double[] Scores { get; }

    /// <summary>The truth in that order.</summary>
    public bool[] IsPositive { get; }

    public int Count => Scores.Length;

    public int Positives { get; }

    public int Negatives => Count - Positives;

    /// <summary>Why a metric that compares the classes has no value here; null where both classes are there.</summary>
    public string? OneClassOnly => Count == 0 ? "no rows in this part" : Positives == 0 ? "no positive rows in this part" : Negatives == 0 ? "no negative rows in this part" : null;

    /// <summary>Whether a step ends behind this rank: the next score is lower, or there is none.</summary>
    public bool EndsStep(int rank) => rank == Count - 1 || Scores[rank + 1] < Scores[rank];

    /// <summary>How many rows have a score of at least the threshold.</summary>
    public int CountAtLeast(double threshold)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Scores[middle] >= threshold) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>True and false positives behind each step, from the highest score on.</summary>
    public IEnumerable<(int Rank, int TruePositives, int FalsePositives)> Steps()
    {
        int tp = 0;
        for (int i = 0; i < Count; i++)
        {
            if (IsPositive[i]) tp++;
            if (EndsStep(i)) yield return (i, tp, i + 1 - tp);
        }
    }
}
