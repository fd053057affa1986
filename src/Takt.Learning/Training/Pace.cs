namespace Takt.Learning.Training;

/// <summary>Tells progress, not more often than anyone can look, with the time that is left at the pace since the start.</summary>
sealed class Pace(TimeProvider clock, IProgress<TrainingProgress>? progress, int epochsBefore, int epochs, int batches)
{
    /// <summary>Ten a second move smoothly on a screen and cost nothing beside a step.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    readonly long _started = clock.GetTimestamp();
    long _told;

    public void Tell(int epoch, int batch, double loss, double? validation, double? best, float rate)
    {
        if (progress is null) return;
        long now = clock.GetTimestamp();
        bool last = batch == batches && epoch == epochs;
        if (_told != 0 && !last && clock.GetElapsedTime(_told, now) < Interval) return;
        _told = now;
        long done = ((long)(epoch - 1 - epochsBefore) * batches) + batch, all = (long)(epochs - epochsBefore) * batches;
        var left = clock.GetElapsedTime(_started, now) * ((double)(all - done) / done);
        progress.Report(new TrainingProgress(epoch, epochs, batch, batches, loss, validation, best, rate, left));
    }
}
