namespace Takt.Serving.Batching;

/// <summary>
/// What a backend call of so many rows takes, learned from those that were: a fixed part and a part for each row, fitted by least squares with forgetting
/// (recursive least squares; Haykin, Adaptive Filter Theory, chapter 10).
/// </summary>
/// <remarks>Not safe for several threads; the scheduler's lock guards it.</remarks>
sealed class CostModel
{
    /// <summary>Each measurement weighs this much of the one after it: about a hundred are remembered, so that a busier machine is noticed within a second.</summary>
    const double Forgetting = 0.99;

    /// <summary>A measurement counts at most this many times what was expected: one pause of the machine is no property of the model.</summary>
    const double MostSurprise = 5;

    /// <summary>Measurements after which surprises are told from ignorance.</summary>
    const int Trusted = 8;

    int _measured;
    double _weight, _rows, _rows2, _seconds, _rowSeconds;

    /// <summary>Whether anything is known.</summary>
    public bool IsKnown => _measured > 0;

    /// <summary>The most rows that one call had.</summary>
    public int MostRows { get; private set; }

    /// <summary>Whether calls differed enough in size to tell the fixed part from the rows'.</summary>
    public bool IsSplit { get; private set; }

    /// <summary>Seconds of a call beside its rows.</summary>
    public double Fixed { get; private set; }

    /// <summary>Seconds of one row more.</summary>
    public double PerRow { get; private set; }

    /// <summary>Takes in one measurement.</summary>
    public void Measured(int rows, double seconds)
    {
        if (++_measured == 2) (_weight, _rows, _rows2, _seconds, _rowSeconds) = (0, 0, 0, 0, 0); // the first call compiled its code: it says nothing about the next
        if (_measured > Trusted) seconds = Math.Min(seconds, MostSurprise * Estimate(rows));
        _weight = (_weight * Forgetting) + 1;
        _rows = (_rows * Forgetting) + rows;
        _rows2 = (_rows2 * Forgetting) + ((double)rows * rows);
        _seconds = (_seconds * Forgetting) + seconds;
        _rowSeconds = (_rowSeconds * Forgetting) + (rows * seconds);

        MostRows = Math.Max(MostRows, rows);
        double variance = (_weight * _rows2) - (_rows * _rows);
        IsSplit = variance > 0.01 * _rows * _rows;
        // Calls of about one size say nothing about another: until there are others, rows are taken to cost all of it.
        PerRow = IsSplit ? Math.Clamp(((_weight * _rowSeconds) - (_rows * _seconds)) / variance, 0, _seconds / _rows) : _seconds / _rows;
        Fixed = Math.Max(0, (_seconds - (PerRow * _rows)) / _weight);
    }

    /// <summary>Seconds that a call of so many rows takes; 0 before the first measurement.</summary>
    public double Estimate(int rows) => Fixed + (PerRow * rows);
}
