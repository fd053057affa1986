using System.Globalization;
using Takt.Learning.Specs.Reading;
using Takt.Protocols.Problems;

namespace Takt.Learning.Specs;

/// <summary>
/// A training told by flags: <c>takt train --data F --target C [--task T] --name N</c>. The same reader as for files makes a spec of them, so defaults and
/// checks are the same; the messages name the flag instead of a line.
/// </summary>
public sealed record TrainFlags
{
    /// <summary><c>--data</c>: the table.</summary>
    public string? Data { get; init; }

    /// <summary><c>--target</c>: the column, or <c>remaining-life</c>, or <c>remaining-life:125</c> with a cap.</summary>
    public string? Target { get; init; }

    /// <summary><c>--name</c>: the model's name.</summary>
    public string? Name { get; init; }

    /// <summary><c>--task</c>; null = inferred from the target.</summary>
    public string? Task { get; init; }

    /// <summary><c>--ignore</c>, each a column.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary><c>--group</c>.</summary>
    public string? Group { get; init; }

    /// <summary><c>--time</c>.</summary>
    public string? Time { get; init; }

    /// <summary><c>--encoding</c>; null = the reader finds out.</summary>
    public string? Encoding { get; init; }

    /// <summary><c>--skip-bad-rows</c>.</summary>
    public bool SkipBadRows { get; init; }

    /// <summary><c>--epochs</c>.</summary>
    public int? Epochs { get; init; }

    /// <summary><c>--seed</c>.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The spec these flags make; paths start from the current folder.</summary>
    /// <param name="folder">Where relative paths start; null = the current folder.</param>
    /// <exception cref="InputException">A flag is missing or wrong; carries every problem.</exception>
    public TrainSpec ToSpec(string? folder = null)
    {
        var problems = new List<Problem>();
        Require(Data, "--data", "the table to learn from", problems);
        Require(Target, "--target", "the column to predict", problems);
        Require(Name, "--name", "the model's name", problems);
        if (problems.Count > 0) throw new InputException(problems);

        var data = Section("--data", [Entry("file", Data, "--data"), TargetEntry(), Entry("group", Group, "--group"), Entry("time", Time, "--time"), Entry("encoding", Encoding, "--encoding"),
            Entry("on_bad_row", SkipBadRows ? "skip" : null, "--skip-bad-rows"), IgnoreEntry()]);
        var train = Section("--epochs", [Entry("epochs", Epochs?.ToString(CultureInfo.InvariantCulture), "--epochs"), Entry("seed", Seed?.ToString(CultureInfo.InvariantCulture), "--seed")]);
        var root = Section("flags", [Entry("name", Name, "--name"), Entry("task", Task, "--task"), new("data", "--data", data), new("train", "--epochs", train)]);
        TrainSpec? spec = SpecBinder.Bind(root, Path.GetFullPath(folder ?? "."), problems);
        return spec is not null && problems.Count == 0 ? spec : throw new InputException(problems);
    }

    SpecEntry? TargetEntry()
    {
        const string flag = "--target", life = "remaining-life";
        if (Target != life && Target?.StartsWith(life + ":", StringComparison.Ordinal) != true) return Entry("target", Target, flag);
        SpecNode value = Target.Length > life.Length + 1
            ? Section(flag, [Entry("cap", Target[(life.Length + 1)..], flag)])
            : new SpecScalar("true", IsQuoted: false, flag);
        return new SpecEntry("target", flag, Section(flag, [new(life, flag, value)]));
    }

    SpecEntry? IgnoreEntry() =>
        Ignore.Count == 0 ? null : new("ignore", "--ignore", new SpecList([.. Ignore.Select(i => new SpecScalar(i, IsQuoted: true, "--ignore"))], "--ignore"));

    static void Require(string? value, string flag, string what, List<Problem> problems)
    {
        if (string.IsNullOrWhiteSpace(value))
            problems.Add(new Problem($"no {flag}", what, "Write 'takt train --data press.csv --target failure --name press-failure', or name a spec file", flag));
    }

    static SpecMap Section(string where, SpecEntry?[] entries) => new([.. entries.OfType<SpecEntry>()], where);

    static SpecEntry? Entry(string key, string? value, string flag) =>
        value is null ? null : new SpecEntry(key, flag, new SpecScalar(value, IsQuoted: true, flag));
}
