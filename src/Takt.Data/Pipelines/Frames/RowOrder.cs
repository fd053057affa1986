using Takt.Data.Tables;

namespace Takt.Data.Pipelines.Frames;

/// <summary>Rows sorted by group (in order of first appearance), within a group by time, and within a time as they came.
/// Without a group column all rows are one group; without a time column they are taken as they came.</summary>
sealed class RowOrder
{
    readonly int _rows;
    readonly IReadOnlyList<Column> _groups;
    readonly Column? _time;
    readonly Lazy<(int[] Rows, int[] Starts)> _sorted;

    public RowOrder(int rows, IReadOnlyList<Column> groups, Column? time)
    {
        (_rows, _groups, _time) = (rows, groups, time);
        _sorted = new(Sort);
    }

    public int GroupCount => _sorted.Value.Starts.Length - 1;

    /// <summary>The rows of one group, oldest first.</summary>
    public ReadOnlySpan<int> Group(int group)
    {
        var (rows, starts) = _sorted.Value;
        return rows.AsSpan(starts[group]..starts[group + 1]);
    }

    (int[] Rows, int[] Starts) Sort()
    {
        int[] rows = new int[_rows];
        for (int i = 0; i < rows.Length; i++) rows[i] = i;
        if (_rows == 1) return (rows, [0, 1]);

        int[] group = GroupOfRow(out int count);
        Array.Sort(rows, Comparer(group));
        int[] starts = new int[count + 1];
        foreach (int g in group) starts[g + 1]++;
        for (int g = 0; g < count; g++) starts[g + 1] += starts[g];
        return (rows, starts);
    }

    int[] GroupOfRow(out int count)
    {
        int[] group = new int[_rows];
        count = _rows == 0 ? 0 : 1;
        if (_groups.Count == 0) return group;

        var known = new Dictionary<string, int>();
        for (int row = 0; row < group.Length; row++)
        {
            string key = GroupKey.Of(_groups, row);
            if (!known.TryGetValue(key, out int number)) known.Add(key, number = known.Count);
            group[row] = number;
        }

        count = known.Count;
        return group;
    }

    /// <summary>The row number comes last, which makes the sort stable.</summary>
    Comparison<int> Comparer(int[] group)
    {
        switch (_time)
        {
            case NumberColumn { Values: var times }:
                return (a, b) =>
                    group[a] != group[b] ? group[a].CompareTo(group[b]) : times[a] != times[b] ? times[a].CompareTo(times[b]) : a.CompareTo(b);
            case TimeColumn { Values: var times }:
                return (a, b) =>
                    group[a] != group[b] ? group[a].CompareTo(group[b])
                    : times[a] != times[b] ? Nullable.Compare(times[a], times[b]) : a.CompareTo(b);
            default:
                return (a, b) => group[a] != group[b] ? group[a].CompareTo(group[b]) : a.CompareTo(b);
        }
    }
}

/// <summary>The group of a row as one text, whatever the number of group columns.</summary>
static class GroupKey
{
    /// <summary>Unit separator: it cannot come out of a number or a time, and hardly out of a name.</summary>
    const char Separator = '\u001f';

    public static string Of(IReadOnlyList<Column> groups, int row)
    {
        string key = groups[0].TextAt(row);
        for (int i = 1; i < groups.Count; i++) key = $"{key}{Separator}{groups[i].TextAt(row)}";
        return key;
    }
}
