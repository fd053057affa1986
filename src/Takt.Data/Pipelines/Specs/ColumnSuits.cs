using Takt.Data.Tables;

namespace Takt.Data.Pipelines.Specs;

/// <summary>Which kinds of column a step takes.</summary>
/// <param name="Expected">In words, for errors: <c>a number</c>.</param>
/// <param name="ByDefault">When no columns are stated.</param>
/// <param name="WhenStated">When the column is named.</param>
sealed record ColumnSuits(string Expected, Func<ColumnKind, bool> ByDefault, Func<ColumnKind, bool> WhenStated)
{
    /// <summary>Numbers; booleans only when they are named: scaling a yes/no seldom helps and is never needed.</summary>
    public static ColumnSuits Numbers { get; } =
        new("numbers", k => k == ColumnKind.Number, k => k is ColumnKind.Number or ColumnKind.Boolean);

    /// <summary>Numbers and booleans.</summary>
    public static ColumnSuits NumbersAndBooleans { get; } =
        new("numbers or booleans", k => k is ColumnKind.Number or ColumnKind.Boolean, k => k is ColumnKind.Number or ColumnKind.Boolean);

    /// <summary>Anything but times.</summary>
    public static ColumnSuits Values { get; } = new("numbers, booleans or text", k => k != ColumnKind.Time, k => k != ColumnKind.Time);

    /// <summary>Text; other kinds only when they are named: a machine number may be a category.</summary>
    public static ColumnSuits Categories { get; } = new("text, or numbers that stand for categories", k => k == ColumnKind.Text, k => k != ColumnKind.Time);

    /// <summary>Points in time.</summary>
    public static ColumnSuits Times { get; } = new("points in time", k => k == ColumnKind.Time, k => k == ColumnKind.Time);

    /// <summary>A kind as a sentence says it.</summary>
    public static string Word(ColumnKind kind) => kind switch
    {
        ColumnKind.Number => "numbers",
        ColumnKind.Boolean => "booleans",
        ColumnKind.Text => "text",
        _ => "points in time",
    };
}
