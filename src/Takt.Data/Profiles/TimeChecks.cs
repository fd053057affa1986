namespace Takt.Data.Profiles;

/// <summary>Looks at the course of the time column.</summary>
static class TimeChecks
{
    const double Many = 0.05;

    public static IEnumerable<ProfileWarning> Of(string name, TimeProfile time, int rows)
    {
        if (time.OutOfOrder > 0)
            yield return new(
                WarningKind.OutOfOrder, name, $"time runs back in {Figures.Rows(time.OutOfOrder)}",
                "Windows and splits by time need rows in order", "Sort the rows, or name the group whose rows belong together");
        if (time.Repeated > Many * rows)
            yield return new(
                WarningKind.RepeatedTimes, name, $"{Figures.Share(time.Repeated, rows)} of the rows have the same time as the row before",
                "Their order, and with it a window over them, is left to chance", "Name the group whose rows belong together, or join the time of day to the date");
        if (time.GapCount > 0)
            yield return new(WarningKind.TimeGaps, name,
                $"{Figures.Of(time.GapCount)} gaps; the longest lasts {Figures.Seconds(time.Gaps[0].Seconds)} after {time.Gaps[0].After:yyyy-MM-dd HH:mm:ss}, where a row comes every {Figures.Seconds(time.StepSeconds!.Value)}",
                "A window across a gap mixes what does not follow each other", "Split runs at the gaps, or fill short ones");
        if (time.StepSeconds is not null && time.Irregular > Many * rows)
            yield return new(
                WarningKind.IrregularSampling, name, $"{Figures.Share(time.Irregular, rows)} of the steps differ from the usual {Figures.Seconds(time.StepSeconds.Value)}",
                "Models over windows take rows for equal steps of time", "Resample to a fixed step");
    }
}
