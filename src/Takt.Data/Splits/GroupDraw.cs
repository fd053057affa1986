using Takt.Data.Pipelines.Frames;
using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Data.Splits;

/// <summary>Whole groups.</summary>
sealed class GroupDraw(IReadOnlyList<Column> groups, Generator random) : Draw
{
    protected override bool[] Choose(int[] rows, double share, string part)
    {
        string[] keys = [.. rows.Select(row => GroupKey.Of(groups, row))];
        string[] names = [.. keys.Distinct()];
        if (names.Length < 2)
        {
            throw new InputException($"only one group in '{groups[0].Name}' to take a {part} part from", "at least 2",
                "Split by time, or leave that part out");
        }

        random.Shuffle<string>(names);
        HashSet<string> taken = [.. names.AsSpan(0, SplitShares.Of(names.Length, share))];
        return [.. keys.Select(taken.Contains)];
    }
}
