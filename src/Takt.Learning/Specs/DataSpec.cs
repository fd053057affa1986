using Takt.Protocols.Rows;

namespace Takt.Learning.Specs;

/// <summary>The data of a training.</summary>
public sealed record DataSpec
{
    /// <summary>The table (.csv, .tsv, .txt, .jsonl, .ndjson, each also .gz), relative to the spec file.</summary>
    public required string File { get; init; }

    /// <summary>What is predicted.</summary>
    public required TargetSpec Target { get; init; }

    /// <summary>Columns that are not learned from: row numbers, serials, anything known only afterwards. Default none.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>The column that says what a row belongs to (machine, engine, batch); windows and splits never cross it. Default none.</summary>
    public string? Group { get; init; }

    /// <summary>The column that orders the rows (a time or a rising number such as a cycle). Default none: file order.</summary>
    public string? Time { get; init; }

    /// <summary>The column names of a file without a header; null = the file has one or the reader finds out.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Whether the first line names the columns; null = the reader finds out.</summary>
    public bool? Header { get; init; }

    /// <summary>What stands between two values; null = the reader finds out.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Name of the text encoding, such as <c>utf-8</c> or <c>latin1</c>; null = the reader finds out.</summary>
    public string? Encoding { get; init; }

    /// <summary>What a row that cannot be read does. Default <see cref="OnError.Fail"/>: wrong data is looked at before it is learned from.</summary>
    public OnError OnBadRow { get; init; }

    /// <summary>The test and validation parts.</summary>
    public SplitSpec Split { get; init; } = new();

    /// <summary>A test set in a file of its own; null = the test part is split off <see cref="File"/>.</summary>
    public TestFileSpec? Test { get; init; }
}

/// <summary>What is predicted: a column, or the life that remains at each row.</summary>
public sealed record TargetSpec
{
    /// <summary>The target column; null for remaining life.</summary>
    public string? Column { get; init; }

    /// <summary>Remaining life, computed from group and time; null for a column.</summary>
    public RemainingLifeSpec? RemainingLife { get; init; }

    /// <summary>A column as target.</summary>
    public static TargetSpec Of(string column) => new() { Column = column };
}

/// <summary>The steps of <see cref="DataSpec.Time"/> until the last row of the row's group, where the group's life ends.</summary>
/// <param name="Cap">
/// Longest life that is told apart; null = none. The usual 125 for C-MAPSS (Heimes 2008) says that wear is not to be seen earlier.
/// </param>
public sealed record RemainingLifeSpec(double? Cap);

/// <summary>How rows are parted. The test part is taken first; the validation part is taken from what remains.</summary>
public sealed record SplitSpec
{
    /// <summary>Share of all rows (or groups) kept for the test, 0 to 0.9. Default 0.2; 0 where a test file or test rows are named.</summary>
    public double Test { get; init; } = 0.2;

    /// <summary>
    /// Share of the rows (or groups) left after the test that stops the training and chooses the threshold, 0 to 0.9. Default 0.2.
    /// 0 = none: all epochs are trained and the threshold is 0.5.
    /// </summary>
    public double Validation { get; init; } = 0.2;

    /// <summary>Keep the shares of the classes in each part; null = yes for classification with a random split.</summary>
    public bool? Stratify { get; init; }

    /// <summary>
    /// What is kept together. Default of the reader: by group where <see cref="DataSpec.Group"/> is named, else by time where <see cref="DataSpec.Time"/> is,
    /// else random; so a machine's rows are never on both sides, and the future never teaches the past.
    /// </summary>
    public SplitBy By { get; init; }

    /// <summary>Seed of the split. Default 7. It is not the training's seed, so that models of different seeds are tested on the same rows.</summary>
    public ulong Seed { get; init; } = 7;

    /// <summary>The very rows of the test part; null = by share.</summary>
    public TestRowsSpec? TestRows { get; init; }
}

/// <summary>What a split keeps together.</summary>
public enum SplitBy
{
    /// <summary>Nothing: rows are drawn at random.</summary>
    Random,

    /// <summary>Order: the last rows are the test, those before them the validation.</summary>
    Time,

    /// <summary>Groups: all rows of a machine are in one part.</summary>
    Group,
}

/// <summary>Named test rows, counted from 0: a list, or one line of a file of lists (as published splits come).</summary>
public sealed record TestRowsSpec
{
    /// <summary>The rows; null where they are in a file.</summary>
    public IReadOnlyList<int>? Rows { get; init; }

    /// <summary>A text file (also .gz), one split per line, row numbers apart by spaces or commas; null where <see cref="Rows"/> are given.</summary>
    public string? File { get; init; }

    /// <summary>The line of <see cref="File"/>, counted from 1. Default 1.</summary>
    public int Line { get; init; } = 1;
}

/// <summary>A test set in a file of its own, with the same columns.</summary>
public sealed record TestFileSpec
{
    /// <summary>The table, relative to the spec file.</summary>
    public required string File { get; init; }

    /// <summary>
    /// Remaining life only: a file with the true life after the last row of each group, one per line, in the order of the groups in <see cref="File"/>;
    /// then each group is tested once, at its last row. null = the answers are in <see cref="File"/> itself.
    /// </summary>
    public string? Answers { get; init; }
}
