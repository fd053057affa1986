using System.Globalization;

namespace Takt.Learning.Specs.Reading;

/// <summary>Where the values of a list of preparation steps stand, for the pipeline's reader, which knows them by path: <c>$[2].with</c>.</summary>
static class PreparePlaces
{
    /// <summary>The place of the value at a path, or of the nearest thing around it.</summary>
    public static string Of(SpecNode prepare, string path)
    {
        var node = prepare;
        string where = prepare.Where;
        foreach (string part in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries).Skip(1)) // the first is $
        {
            switch (node)
            {
                case SpecList list when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < list.Items.Count:
                    node = list.Items[index];
                    where = node.Where;
                    break;
                case SpecMap map when map.Entries.FirstOrDefault(e => e.Key == part) is { } entry:
                    node = entry.Value;
                    where = entry.KeyWhere;
                    break;
                default:
                    return where;
            }
        }

        return where;
    }
}
