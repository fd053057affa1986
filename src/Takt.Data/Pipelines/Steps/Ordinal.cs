using System.Text.Json.Serialization;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines.Steps;

/// <summary>Categories as 0, 1, 2, … in a given or sorted order: <c>{ step: ordinal, columns: [Quality], order: [low, medium, high] }</c>.</summary>
public sealed record Ordinal : StepSpec
{
    /// <inheritdoc/>
    public override string Step => "ordinal";

    /// <summary>The categories from first to last; null sorts those of the training rows (numbers by size, text ordinally).</summary>
    public IReadOnlyList<string>? Order { get; init; }

    /// <summary>Whether unknown and missing categories become the most frequent one of the training rows; default no: they become −1.</summary>
    public bool UnknownIsTypical { get; init; }

    internal static Ordinal Read(StepKeys keys) => new()
    {
        Columns = keys.Columns(),
        Order = keys.Names("order"),
        UnknownIsTypical = keys.Choice("unknown", new OrderedDictionary<string, bool> { ["-1"] = false, ["typical"] = true }, otherwise: false),
    };

    internal override ColumnSuits Suits => ColumnSuits.Categories;

    internal override void Fit(FittingContext context)
    {
        var columns = context.ColumnsOf(this);
        var problems = new List<Problem>();
        var fitted = new List<OrdinalColumn>();
        foreach (var column in columns)
        {
            var counts = Statistics.Counts(column.Data);
            foreach (var (category, rows) in counts)
                if (Order is not null && !Order.Contains(category))
                    problems.Add(new($"category '{category}' of column '{column.Name}' ({rows} rows) is not in the order of step ordinal",
                        "every category in the order", NearestName.Suggest(category, [.. Order])));
            var order = Order ?? Sorted(column.Data, counts);
            double unknown = UnknownIsTypical && counts.Count > 0 ? order.ToList().IndexOf(counts[0].Key) : -1;
            fitted.Add(new(column.Name, order, unknown));
        }

        if (problems.Count > 0) throw new InputException(problems);
        context.Add(new FittedOrdinal(fitted));
    }

    static IReadOnlyList<string> Sorted(Column column, List<KeyValuePair<string, int>> counts) => column is NumberColumn number
        ? [.. Statistics.Sorted(number.Values).Distinct().Select(v => TextOf(v, number.Kind))]
        : [.. counts.Select(c => c.Key).Order(StringComparer.Ordinal)];

    static string TextOf(double value, ColumnKind kind) => new NumberColumn("", [value], isBoolean: kind == ColumnKind.Boolean).TextAt(0);
}

/// <summary>The categories in order, and what an unknown or missing one becomes.</summary>
sealed record OrdinalColumn(string Column, IReadOnlyList<string> Order, double Unknown)
{
    [JsonIgnore]
    public Dictionary<string, int> Index { get; } = Order.Select((category, i) => (category, i)).DistinctBy(c => c.category).ToDictionary(c => c.category, c => c.i);
}

sealed record FittedOrdinal(IReadOnlyList<OrdinalColumn> Columns) : FittedStep
{
    public override IEnumerable<string> Reads => Columns.Select(c => c.Column);

    public override void Apply(Frame frame)
    {
        foreach (var column in Columns)
        {
            var source = frame[column.Column];
            double[] values = new double[frame.Rows];
            for (int row = 0; row < values.Length; row++)
                values[row] = !source.Data.IsMissing(row) && column.Index.TryGetValue(source.Data.TextAt(row), out int place) ? place : column.Unknown;
            frame.AddFeature(column.Column, values, unit: null, source.Sources);
        }
    }
}
