namespace Takt.Protocols.Problems;

/// <summary>Finds the name that was probably meant.</summary>
public static class NearestName
{
    /// <summary>The known name nearest to what was written (Levenshtein distance, case ignored), or null if none is near.</summary>
    /// <param name="written">What the user wrote.</param>
    /// <param name="known">The names there are.</param>
    /// <returns>A name within a third of the written length (at least two edits), the first of equals.</returns>
    public static string? Of(string written, IEnumerable<string> known)
    {
        int limit = Math.Max(2, written.Length / 3);
        string? nearest = null;
        foreach (string name in known)
        {
            int distance = Distance(written.ToLowerInvariant(), name.ToLowerInvariant());
            if (distance > limit || (nearest is not null && distance == limit)) continue;
            (nearest, limit) = (name, distance);
        }

        return nearest;
    }

    /// <summary>A way-out sentence: <c>Did you mean 'epochs'?</c>, or null when nothing is near.</summary>
    public static string? Guess(string written, IEnumerable<string> known) => Of(written, known) is { } name ? $"Did you mean '{name}'?" : null;

    /// <summary>A way-out sentence: <c>Did you mean 'epochs'?</c>, or the list of what there is when nothing is near.</summary>
    public static string Suggest(string written, IReadOnlyCollection<string> known) =>
        Guess(written, known) ?? $"There is: {string.Join(", ", known)}.";

    /// <summary>Edits (insert, delete, replace, each 1) from a to b.</summary>
    static int Distance(string a, string b)
    {
        int[] row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
