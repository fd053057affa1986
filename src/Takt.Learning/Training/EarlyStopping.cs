namespace Takt.Learning.Training;

/// <summary>Where early stopping stands.</summary>
/// <param name="Best">The monitor's best so far; null before the first epoch.</param>
/// <param name="BestEpoch">Its epoch, 0 before the first.</param>
/// <param name="StaleEpochs">Epochs since then.</param>
public sealed record StoppingState(double? Best = null, int BestEpoch = 0, int StaleEpochs = 0);

/// <summary>Watches a metric on the validation part: which epoch was the best, and when waiting for a better one is over (Prechelt 1998).</summary>
/// <param name="higherIsBetter">Direction of the metric.</param>
/// <param name="patience">Epochs without a better value after which to stop; 0 = never.</param>
public sealed class EarlyStopping(bool higherIsBetter, int patience)
{
    /// <summary>Where it stands; setting it goes on from there.</summary>
    public StoppingState State { get; set; } = new();

    /// <summary>Whether the patience is at its end.</summary>
    public bool IsOver => patience > 0 && State.StaleEpochs >= patience;

    /// <summary>Takes an epoch's value; says whether it is the best so far. A value that is not a number never is, unless there is no other.</summary>
    public bool Observe(int epoch, double value)
    {
        bool better = State.Best is not { } best || double.IsNaN(best) || (higherIsBetter ? value > best : value < best);
        State = better ? new(value, epoch) : State with { StaleEpochs = State.StaleEpochs + 1 };
        return better;
    }
}
