using System.Globalization;
using Takt.Protocols.Problems;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Takt.Learning.Specs.Reading;

/// <summary>Turns YAML (and so JSON) text into nodes that know their place.</summary>
sealed class SpecTree
{
    /// <summary>Deepest nesting; a spec needs 5. Deeper text is damaged or hostile, and the walk below is recursive.</summary>
    const int MaximumDepth = 32;

    readonly Parser _parser;
    readonly string _source;
    readonly List<Problem> _problems;

    SpecTree(string text, string source, List<Problem> problems)
    {
        _parser = new Parser(new StringReader(text));
        _source = source;
        _problems = problems;
    }

    /// <summary>The root of the text, or null where it is no YAML or empty; what is wrong is added to <paramref name="problems"/>.</summary>
    public static SpecNode? Parse(string text, string source, List<Problem> problems)
    {
        if (!FindTabs(ref text, source, problems)) return null;
        try
        {
            return new SpecTree(text, source, problems).ReadDocument();
        }
        catch (YamlException e)
        {
            problems.Add(new Problem($"broken YAML: {Plain(e)}", "lines of 'key: value', parts of a section indented by the same number of spaces",
                "Look at this line and the one above it: a missing colon, quote or bracket is the usual cause", WhereOf(source, e.Start)));
            return null;
        }
    }

    /// <summary>YAML forbids tabs in indentation. JSON allows them, so there they become spaces; one for one, which keeps the columns right.</summary>
    static bool FindTabs(ref string text, string source, List<Problem> problems)
    {
        bool isJson = text.AsSpan().TrimStart().StartsWith("{");
        string[] lines = text.Split('\n');
        int before = problems.Count;
        for (int i = 0; i < lines.Length; i++)
        {
            int indent = lines[i].Length - lines[i].TrimStart(' ', '\t').Length;
            int tab = lines[i].AsSpan(0, indent).IndexOf('\t');
            if (tab < 0 || indent == lines[i].TrimEnd('\r').Length) continue;
            if (isJson) lines[i] = new string(' ', indent) + lines[i][indent..];
            else problems.Add(new Problem("a tab in the indentation", "spaces", "Set the editor to insert two spaces for a tab", $"{source} line {i + 1} column {tab + 1}"));
        }

        if (isJson) text = string.Join('\n', lines);
        return problems.Count == before;
    }

    SpecNode? ReadDocument()
    {
        Move();   // stream start
        Move();
        if (_parser.Current is StreamEnd)
        {
            _problems.Add(new Problem("an empty spec", "at least name and data", "Begin with 'name: press-failure'", _source));
            return null;
        }

        Move();   // document start
        SpecNode root = ReadNode(depth: 0);
        Move();
        if (_parser.Current is DocumentStart next)
            _problems.Add(new Problem("a second document", "one spec per file", "Move it to a file of its own", WhereOf(_source, next.Start)));
        return root;
    }

    /// <summary>Reads the node that starts at the current event and moves behind it.</summary>
    SpecNode ReadNode(int depth)
    {
        var current = (ParsingEvent)_parser.Current!;
        string where = WhereOf(_source, current.Start);
        if (depth > MaximumDepth) throw new InputException($"sections nested more than {MaximumDepth} deep", "the few levels of a train spec", where: where);
        if (current is NodeEvent { Anchor.IsEmpty: false } or AnchorAlias)
            _problems.Add(new Problem("an anchor or alias (& or *)", "plain values", "Write the value out in each place", where));
        switch (current)
        {
            case Scalar scalar:
                Move();
                return new SpecScalar(scalar.Value, scalar.Style != ScalarStyle.Plain, where);
            case SequenceStart:
                return ReadList(where, depth);
            case MappingStart:
                return ReadMap(where, depth);
            default:
                Move();
                return new SpecScalar("", IsQuoted: false, where);
        }
    }

    /// <summary>To the next event. On some broken text the parser throws what it should not (seen: a '#' or '[' in the middle of a flow map); that is broken YAML as well.</summary>
    void Move()
    {
        try
        {
            if (_parser.MoveNext()) return;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            throw new YamlException(End, End, "the line cannot be understood", e);
        }

        throw new YamlException(End, End, "the text ends too early");
    }

    Mark End => _parser.Current?.End ?? Mark.Empty;

    SpecList ReadList(string where, int depth)
    {
        var items = new List<SpecNode>();
        Move();
        while (_parser.Current is not SequenceEnd) items.Add(ReadNode(depth + 1));
        Move();
        return new SpecList(items, where);
    }

    SpecMap ReadMap(string where, int depth)
    {
        var entries = new List<SpecEntry>();
        Move();
        while (_parser.Current is not MappingEnd)
        {
            SpecNode keyNode = ReadNode(depth + 1);
            SpecNode value = ReadNode(depth + 1);
            if (keyNode is not SpecScalar key)
                _problems.Add(new Problem($"{keyNode.Description} as a key", "a word", Where: keyNode.Where));
            else if (entries.Find(e => e.Key == key.Text) is { } first)
                _problems.Add(SecondTime(key.Text, key.Where, first.KeyWhere));
            else
                entries.Add(new SpecEntry(key.Text, key.Where, value));
        }

        Move();
        return new SpecMap(entries, where);
    }

    /// <summary>A key that stands twice in its section.</summary>
    public static Problem SecondTime(string key, string where, string whereFirst) =>
        new($"'{key}' a second time", "each key once", $"The first is at {whereFirst}: remove one of them", where);

    static string WhereOf(string source, Mark mark) =>
        string.Create(CultureInfo.InvariantCulture, $"{source} line {mark.Line} column {mark.Column}");

    static string Plain(YamlException e)
    {
        string message = e.Message;
        int end = message.IndexOf("): ", StringComparison.Ordinal);   // some versions put the position in front
        if (message.StartsWith("(Line", StringComparison.Ordinal) && end > 0) message = message[(end + 3)..];
        return message.Length == 0 ? "it cannot be read" : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');
    }
}
