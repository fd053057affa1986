namespace Takt.Data.Splits;

/// <summary>One way to take a share away from some rows.</summary>
abstract class Draw
{
    /// <summary>Parts the rows (in rising order) into those taken and those left, both in rising order. A share of 0 takes none.</summary>
    public (int[] Taken, int[] Left) Take(int[] rows, double share, string part)
    {
        if (share == 0) return ([], rows);
        bool[] taken = Choose(rows, share, part);
        return ([.. rows.Where((_, i) => taken[i])], [.. rows.Where((_, i) => !taken[i])]);
    }

    /// <summary>For each of the rows whether it is taken; <paramref name="part"/> names the part in errors.</summary>
    protected abstract bool[] Choose(int[] rows, double share, string part);
}
