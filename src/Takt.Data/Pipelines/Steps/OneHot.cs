using System.Text.Json.Serialization;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Tables;

namespace Takt.Data.Pipelines.Steps;

/// <summary>One column of 0 and 1 for each training category, <c>Type = L</c>: <c>{ step: one-hot, columns: [Type], rare: 0.01 }</c>.</summary>
/// <remarks>A category that training did not see gives all zeros, or a 1 in <c>Type = other</c> where that column is there: when rare categories were grouped, or
/// when it is asked for with <c>unknown: other</c>. A missing value counts as the category <c>missing</c> where training had missing values, else as unknown.</remarks>
public sealed record OneHot : StepSpec
{
    /// <summary>Beyond this many columns a one-hot is a mistake (a serial number, free text); the rest goes to <c>other</c>.</summary>
    internal const int MostCategories = 1_000;

    /// <inheritdoc/>
    public override string Step => "one-hot";

    /// <summary>Categories with a smaller share of the training rows are grouped as <c>other</c>, 0 to 1; default 0: none are.</summary>
    public double Rare { get; init; }

    /// <summary>Whether there is an <c>other</c> column even if no category was rare; default no: unknown categories give all zeros.</summary>
    public bool Other { get; init; }

    internal static OneHot Read(StepKeys keys) => new()
    {
        Columns = keys.Columns(),
        Rare = keys.Number("rare", least: 0, most: 1) ?? 0,
        Other = keys.Choice("unknown", new OrderedDictionary<string, bool> { ["zeros"] = false, ["other"] = true }, otherwise: false),
    };

    internal override ColumnSuits Suits => ColumnSuits.Categories;

    internal override void Fit(FittingContext context) =>
        context.Add(new FittedOneHot([.. context.ColumnsOf(this).Select(c => Measure(c, context))]));

    OneHotColumn Measure(FrameColumn column, FittingContext context)
    {
        int rows = column.Data.Length;
        var counts = Statistics.Counts(column.Data);
        var kept = counts.Where(c => c.Value >= Rare * rows).Take(MostCategories).Select(c => c.Key).Order(StringComparer.Ordinal).ToList();
        int grouped = counts.Count - kept.Count;
        if (grouped > 0) context.Note($"column '{column.Name}': {grouped} rare of {counts.Count} categories are grouped as other");
        bool missing = counts.Sum(c => c.Value) < rows;
        return new(column.Name, kept, missing, Other || grouped > 0);
    }
}

/// <summary>One feature for each category (in ordinal order), and where training had them one for missing values and one for rare and unknown categories.</summary>
sealed record OneHotColumn(string Column, IReadOnlyList<string> Categories, bool Missing, bool Other)
{
    [JsonIgnore]
    public Dictionary<string, int> Index { get; } = Categories.Select((category, i) => (category, i)).ToDictionary(c => c.category, c => c.i);

    /// <summary>Names of the features: the categories, then missing, then other.</summary>
    [JsonIgnore]
    public string[] Names { get; } =
    [
        .. Categories.Select(c => $"{Column} = {c}"),
        .. Missing ? [$"{Column} = (missing)"] : Array.Empty<string>(),
        .. Other ? [$"{Column} = (other)"] : Array.Empty<string>(),
    ];
}

sealed record FittedOneHot(IReadOnlyList<OneHotColumn> Columns) : FittedStep
{
    public override IEnumerable<string> Reads => Columns.Select(c => c.Column);

    public override void Apply(Frame frame)
    {
        foreach (var column in Columns)
        {
            var source = frame[column.Column];
            double[][] hot = new double[column.Names.Length][];
            for (int i = 0; i < hot.Length; i++) hot[i] = new double[frame.Rows];
            for (int row = 0; row < frame.Rows; row++)
                if (Place(column, source.Data, row) is >= 0 and var place)
                    hot[place][row] = 1;

            frame.Remove(column.Column);
            for (int i = 0; i < hot.Length; i++) frame.AddFeature(column.Names[i], hot[i], unit: null, source.Sources, isBoolean: true);
        }
    }

    static int Place(OneHotColumn column, Column data, int row)
    {
        if (data.IsMissing(row)) return column.Missing ? column.Categories.Count : column.Other ? column.Names.Length - 1 : -1;
        if (column.Index.TryGetValue(data.TextAt(row), out int index)) return index;
        return column.Other ? column.Names.Length - 1 : -1;
    }
}
