using System.Collections.Concurrent;

namespace Takt.Monitoring.Lines;

/// <summary>The lines that are watched, by identifier. Pages and doors read it; whoever starts a line adds it.</summary>
public sealed class LineDirectory
{
    readonly ConcurrentDictionary<string, LineWatch> _lines = new();

    /// <summary>All lines, in the order of their identifiers.</summary>
    public IReadOnlyList<LineWatch> All => [.. _lines.Values.OrderBy(line => line.Line.Id, StringComparer.Ordinal)];

    /// <summary>The line of that identifier, or null.</summary>
    public LineWatch? Find(string id) => _lines.GetValueOrDefault(id);

    /// <summary>Adds a line, or replaces the one of its identifier.</summary>
    public void Add(LineWatch line) => _lines[line.Line.Id] = line;
}
