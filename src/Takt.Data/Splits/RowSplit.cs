using Takt.Protocols.Problems;

namespace Takt.Data.Splits;

/// <summary>Rows in three parts that share none. Each part is in rising order.</summary>
/// <param name="Train">Rows to learn from.</param>
/// <param name="Validation">Rows to stop training by and to choose thresholds with; may be empty.</param>
/// <param name="Test">Rows to judge by; may be empty.</param>
public sealed record RowSplit(int[] Train, int[] Validation, int[] Test);

/// <summary>How much goes where.</summary>
/// <param name="Test">Share of all rows (or groups), 0 to below 1; default 0.2.</param>
/// <param name="Validation">Share of what is left after the test part, 0 to below 1; default 0.2.</param>
public sealed record SplitShares(double Test = 0.2, double Validation = 0.2)
{
    internal void Check()
    {
        var problems = new List<Problem>();
        if (!(Test is >= 0 and < 1)) problems.Add(new($"test: {Test} in split", "a share from 0 to below 1"));
        if (!(Validation is >= 0 and < 1)) problems.Add(new($"validation: {Validation} in split", "a share from 0 to below 1"));
        if (problems.Count > 0) throw new InputException(problems);
    }

    /// <summary>How many of a count a share takes: rounded, at least one if the share is above 0, and one at least is left.</summary>
    internal static int Of(int count, double share) =>
        share == 0 || count < 2 ? 0 : Math.Clamp((int)Math.Round(share * count, MidpointRounding.AwayFromZero), 1, count - 1);
}
