using System.Globalization;
using Takt.Protocols.Deployments;

namespace Takt.Serving.Batching;

/// <summary>Reasons for how calls are computed together, in English.</summary>
static class BatchingWords
{
    /// <summary>All of them, one after the other.</summary>
    public static string Of(IEnumerable<BatchingReason> reasons) => string.Join("; ", reasons.Select(Of));

    static string Of(BatchingReason reason)
    {
        object[] told = [.. reason.Numbers.Select(Told)];
        return string.Format(CultureInfo.InvariantCulture, reason.Code switch
        {
            BatchingReason.Unmeasured => "nothing is measured yet",
            BatchingReason.NotLoaded => "it is not loaded",
            BatchingReason.Said => "{0} rows at once, as the deployment says",
            BatchingReason.Trying => "{1} for {0} rows; twice as many are tried",
            BatchingReason.FixedPart => "{0} a batch and {1} a row: beyond {2} rows the batch's own part is under {3}",
            BatchingReason.Target => "{0} rows take {1}, within {2} of the target of {3} ({4} a batch, {5} a row)",
            BatchingReason.Idle => "no waiting, for the workers are {0} busy",
            BatchingReason.NoTarget => "no waiting without a target",
            BatchingReason.NoSaving => "no waiting, for it would save nothing",
            BatchingReason.Waiting => "{0} of waiting, for the workers are {1} busy and a batch's own part is {2}",
            _ => throw new ArgumentException($"no words for '{reason.Code}'", nameof(reason)),
        }, told);
    }

    static string Told(BatchingNumber number) => number.Name switch
    {
        "rows" => number.Value.ToString("0", CultureInfo.InvariantCulture),
        "share" or "busy" => number.Value.ToString("P0", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{number.Value:0.###} ms"),
    };
}
