using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Data.Splits;

/// <summary>Any rows.</summary>
sealed class RandomDraw(Generator random) : Draw
{
    protected override bool[] Choose(int[] rows, double share, string part)
    {
        if (rows.Length < 2) throw new InputException($"{rows.Length} rows to take a {part} part from", "at least 2");
        bool[] taken = new bool[rows.Length];
        foreach (int i in random.Permutation(rows.Length).AsSpan(0, SplitShares.Of(rows.Length, share))) taken[i] = true;
        return taken;
    }
}
