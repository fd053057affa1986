using System.Diagnostics;
using System.Globalization;
using Takt.Protocols.Problems;

namespace Takt.Learning.Specs.Reading;

/// <summary>
/// One section while it is read: typed access to its keys. A value that is wrong adds a problem and gives the default, so that reading goes on and every
/// problem is found in one pass.
/// </summary>
sealed class SpecFields
{
    readonly SpecMap _map;
    readonly string _section;
    readonly List<Problem> _problems;

    public SpecFields(SpecMap map, string section, List<Problem> problems)
    {
        (_map, _section, _problems) = (map, section, problems);
        foreach (var entry in map.Entries)
        {
            var first = map.Entries.First(e => SpecKeys.Same(e.Key, entry.Key));   // two spellings of one key; the same spelling twice never comes here
            if (first != entry) problems.Add(SpecTree.SecondTime(entry.Key, entry.KeyWhere, first.KeyWhere));
            else if (!SpecKeys.Sections[section].Any(k => SpecKeys.Same(k, entry.Key)))
                problems.Add(new Problem($"unknown key '{entry.Key}'{Inside}", WayOut: WayOutOf(entry.Key), Where: entry.KeyWhere));
        }
    }

    /// <summary>The value of a key, or null where it is absent or empty.</summary>
    public SpecNode? Node(string key)
    {
        Debug.Assert(SpecKeys.Sections[_section].Contains(key), $"'{key}' is not in SpecKeys");
        var entry = _map.Entries.FirstOrDefault(e => SpecKeys.Same(e.Key, key));
        return entry?.Value is SpecScalar { IsNull: true } ? null : entry?.Value;
    }

    public bool Has(string key) => Node(key) is not null;

    /// <summary>Where a key stands, or its section where it is absent.</summary>
    public string Where(string key) => Node(key)?.Where ?? _map.Where;

    /// <summary>Adds a problem about a key.</summary>
    public void Report(string key, string found, string? expected = null, string? wayOut = null) =>
        _problems.Add(new Problem(found, expected, wayOut, Where(key)));

    public void ReportMissing(string key, string example)
    {
        // A key that is there under a near but wrong name has been reported already.
        if (_map.Entries.Any(e => !SpecKeys.Sections[_section].Any(k => SpecKeys.Same(k, e.Key)) && NearestName.Of(e.Key, SpecKeys.Sections[_section]) == key)) return;
        _problems.Add(new Problem($"no '{key}'{Inside}", WayOut: $"Add {example}", Where: _map.Where));
    }

    public string? Text(string key) => Node(key) switch
    {
        null => null,
        SpecScalar scalar => scalar.Text,
        var other => Wrong<string?>(key, other, "text", null),
    };

    public string RequiredText(string key, string example)
    {
        if (!Has(key)) ReportMissing(key, example);
        return Text(key) ?? "";
    }

    public bool? Flag(string key) => Node(key) switch
    {
        null => null,
        SpecScalar { Text: "true" } => true,
        SpecScalar { Text: "false" } => false,
        var other => Wrong<bool?>(key, other, "true or false", null),
    };

    public double Number(string key, double fallback, double least, double most, bool isLeastAllowed = true)
    {
        if (Node(key) is not { } node) return fallback;
        string range = $"a number {(isLeastAllowed ? "from" : "above")} {Plain(least)}{(double.IsPositiveInfinity(most) ? "" : $" to {Plain(most)}")}";
        if (node is not SpecScalar scalar || !double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            return Wrong(key, node, range, fallback, HintOf(node));
        return value >= least && value <= most && double.IsFinite(value) && (isLeastAllowed || value > least) ? value : Wrong(key, node, range, fallback);
    }

    public int Integer(string key, int fallback, int least, int most) =>
        Node(key) is not { } node ? fallback : IntegerOf(key, node, fallback, least, most);

    public ulong Seed(string key, ulong fallback) => Node(key) switch
    {
        null => fallback,
        SpecScalar scalar when ulong.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) => seed,
        var other => Wrong(key, other, "a whole number from 0", fallback),
    };

    public T Choice<T>(string key, T fallback) where T : struct, Enum => Choose<T>(key) ?? fallback;

    public T? Choose<T>(string key) where T : struct, Enum => Node(key) is { } node ? ChoiceOf<T>(key, node) : null;

    public T? ChoiceOf<T>(string key, SpecNode node) where T : struct, Enum
    {
        if (node is SpecScalar scalar && SpecNames.Find<T>(scalar.Text) is { } value) return value;
        var words = SpecNames.Of<T>().Where(w => w != "given").ToArray();
        return Wrong<T?>(key, node, $"one of {string.Join(", ", words)}", null, node is SpecScalar near ? NearestName.Guess(near.Text, words) : null);
    }

    /// <summary>A list of texts; a single text is a list of one.</summary>
    public IReadOnlyList<string>? Texts(string key) => Node(key) switch
    {
        null => null,
        SpecScalar scalar => [scalar.Text],
        SpecList list => [.. list.Items.Select(i => i is SpecScalar s ? s.Text : Wrong(key, i, "text", "", at: i.Where))],
        var other => Wrong<IReadOnlyList<string>?>(key, other, "a list such as [UDI, Product ID]", null),
    };

    /// <summary>A list of whole numbers; a single one is a list of one.</summary>
    public IReadOnlyList<int>? Integers(string key, int least, int most) => Node(key) switch
    {
        null => null,
        SpecScalar scalar => [IntegerOf(key, scalar, least, least, most)],
        SpecList list => [.. list.Items.Select(i => IntegerOf(key, i, least, least, most))],
        var other => Wrong<IReadOnlyList<int>?>(key, other, "a list of whole numbers such as [64, 32]", null),
    };

    /// <summary>A section below this one, or null where it is absent.</summary>
    public SpecFields? Section(string key, string example) => Node(key) switch
    {
        null => null,
        SpecMap map => new SpecFields(map, _section.Length == 0 ? key : $"{_section}.{key}", _problems),
        var other => Wrong<SpecFields?>(key, other, example, null),
    };

    public T Wrong<T>(string key, SpecNode node, string expected, T fallback, string? wayOut = null, string? at = null)
    {
        _problems.Add(new Problem($"{node.Description} for {key}{Inside}", expected, wayOut, at ?? node.Where));
        return fallback;
    }

    int IntegerOf(string key, SpecNode node, int fallback, int least, int most)
    {
        string range = string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}");
        return node is SpecScalar scalar
            && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
                ? value
                : Wrong(key, node, range, fallback, HintOf(node), node.Where);
    }

    string Inside => _section.Length == 0 ? "" : $" in {_section}";

    string WayOutOf(string key)
    {
        string[] here = SpecKeys.Sections[_section];
        if (SpecKeys.SectionOf(key) is { } elsewhere) return elsewhere.Length == 0 ? $"'{key}' belongs to the top level" : $"'{key}' belongs under {elsewhere}";
        if (NearestName.Guess(key, here) is { } guess) return guess;
        var far = SpecKeys.Sections.Where(s => NearestName.Of(key, s.Value) is not null).Select(s => (Section: s.Key, Key: NearestName.Of(key, s.Value)!)).FirstOrDefault();
        return far.Key is not null
            ? far.Section.Length == 0 ? $"Did you mean '{far.Key}' at the top level?" : $"Did you mean '{far.Key}' under {far.Section}?"
            : $"There is: {string.Join(", ", here)}.";
    }

    static string? HintOf(SpecNode node)
    {
        if (node is not SpecScalar { Text: var text }) return null;
        if (text.EndsWith('%') && double.TryParse(text.TrimEnd('%', ' '), NumberStyles.Float, CultureInfo.InvariantCulture, out double percent))
            return $"Write {Plain(percent / 100)}";
        string point = text.Replace(',', '.');
        return point != text && double.TryParse(point, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? $"Write the decimal point: {point}" : null;
    }

    static string Plain(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
