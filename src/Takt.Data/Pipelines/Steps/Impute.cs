using System.Globalization;
using System.Text.Json.Serialization;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines.Steps;

/// <summary>What a missing value becomes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImputeWith>))]
public enum ImputeWith
{
    /// <summary>The middle of the training values (the default; a boolean takes the more frequent of the two).</summary>
    Median,

    /// <summary>The mean of the training values.</summary>
    Mean,

    /// <summary>The most frequent training value, the smallest of equals; text too.</summary>
    MostFrequent,

    /// <summary>A given value.</summary>
    Constant,

    /// <summary>The last value before it in the same group; where there is none, the training median (text: the most frequent).</summary>
    ForwardFill,
}

/// <summary>Fills missing values: <c>{ step: impute, columns: [a, b], with: median, indicator: true }</c>.</summary>
public sealed record Impute : StepSpec
{
    static readonly IReadOnlyDictionary<string, ImputeWith> Ways = new OrderedDictionary<string, ImputeWith>
    {
        ["median"] = ImputeWith.Median,
        ["mean"] = ImputeWith.Mean,
        ["most-frequent"] = ImputeWith.MostFrequent,
        ["constant"] = ImputeWith.Constant,
        ["forward-fill"] = ImputeWith.ForwardFill,
    };

    /// <inheritdoc/>
    public override string Step => "impute";

    /// <summary>What a missing value becomes; default the median.</summary>
    public ImputeWith With { get; init; }

    /// <summary>The constant, as text.</summary>
    public string? Value { get; init; }

    /// <summary>Whether each column in which training values were missing gets a companion <c>NAME missing</c> of 0 and 1; default no.</summary>
    public bool Indicator { get; init; }

    internal static Impute Read(StepKeys keys)
    {
        var step = new Impute
        {
            Columns = keys.Columns(),
            With = keys.Choice("with", Ways, keys.Has("value") ? ImputeWith.Constant : ImputeWith.Median),
            Value = keys.Scalar("value").Text,
            Indicator = keys.Flag("indicator"),
        };
        if (step.With == ImputeWith.Constant && step.Value is null) keys.Problem("value", "with: constant but no value", "value: …");
        if (step.With != ImputeWith.Constant && step.Value is not null) keys.Problem("value", "a value beside another way to impute", "with: constant, or no value");
        return step;
    }

    internal override ColumnSuits Suits => With switch
    {
        ImputeWith.Median or ImputeWith.Mean => ColumnSuits.NumbersAndBooleans,
        ImputeWith.Constant when IsNumber(Value, out _) => ColumnSuits.NumbersAndBooleans,
        ImputeWith.Constant => ColumnSuits.Categories,
        _ => ColumnSuits.Values,
    };

    internal override bool LooksBack => With == ImputeWith.ForwardFill;

    internal override void Fit(FittingContext context)
    {
        var numbers = new List<NumberFill>();
        var texts = new List<TextFill>();
        var columns = context.ColumnsOf(this);
        if (With != ImputeWith.Constant) RefuseAllMissing(columns);
        foreach (var column in columns)
        {
            string? indicator = Indicator && AnyMissing(column.Data) ? $"{column.Name} missing" : null;
            if (column.Data is NumberColumn number) numbers.Add(new(column.Name, NumberFor(number), indicator));
            else texts.Add(new(column.Name, TextFor((TextColumn)column.Data), indicator));
        }

        context.Add(With == ImputeWith.ForwardFill ? new FittedForwardFill(numbers, texts) : new FittedImpute(numbers, texts));
    }

    double NumberFor(NumberColumn column)
    {
        if (With == ImputeWith.Constant)
        {
            return IsNumber(Value, out double constant) ? constant
                : throw new InputException($"impute '{column.Name}', a column of numbers, with '{Value}'", "a number");
        }

        return With switch
        {
            ImputeWith.MostFrequent => Statistics.MostFrequent(column.Values),
            _ when column.Kind == ColumnKind.Boolean => Statistics.MostFrequent(column.Values),
            ImputeWith.Mean => Statistics.Mean(column.Values),
            _ => Statistics.Median(column.Values),
        };
    }

    string TextFor(TextColumn column) => With == ImputeWith.Constant ? Value! : Statistics.Counts(column)[0].Key;

    static void RefuseAllMissing(IReadOnlyList<FrameColumn> columns)
    {
        Problem[] problems = [.. columns.Where(c => Enumerable.Range(0, c.Data.Length).All(c.Data.IsMissing)).Select(c => new Problem(
            $"every training value of column '{c.Name}' is missing", "at least one value to impute from", "Drop the column, or impute it with a constant"))];
        if (problems.Length > 0) throw new InputException(problems);
    }

    static bool IsNumber(string? text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    static bool AnyMissing(Column column)
    {
        for (int row = 0; row < column.Length; row++)
            if (column.IsMissing(row))
                return true;
        return false;
    }
}

/// <summary>What fills a column of numbers, and the name of the companion column, or null.</summary>
sealed record NumberFill(string Column, double Value, string? Indicator);

/// <summary>What fills a column of text, and the name of the companion column, or null.</summary>
sealed record TextFill(string Column, string Value, string? Indicator);

sealed record FittedImpute(IReadOnlyList<NumberFill> Numbers, IReadOnlyList<TextFill> Texts) : FittedStep
{
    public override IEnumerable<string> Reads => [.. Numbers.Select(n => n.Column), .. Texts.Select(t => t.Column)];

    public override void Apply(Frame frame)
    {
        foreach (var fill in Numbers)
        {
            MissingIndicator.Add(frame, fill.Column, fill.Indicator);
            double[] values = frame.Writable(fill.Column);
            for (int i = 0; i < values.Length; i++)
                if (double.IsNaN(values[i]))
                    values[i] = fill.Value;
        }

        foreach (var fill in Texts)
        {
            MissingIndicator.Add(frame, fill.Column, fill.Indicator);
            string?[] values = frame.WritableTexts(fill.Column);
            for (int i = 0; i < values.Length; i++) values[i] ??= fill.Value;
        }
    }
}

/// <summary>The last value before the gap in the same group; the fill where there is none.</summary>
sealed record FittedForwardFill(IReadOnlyList<NumberFill> Numbers, IReadOnlyList<TextFill> Texts) : FittedStep
{
    public override IEnumerable<string> Reads => [.. Numbers.Select(n => n.Column), .. Texts.Select(t => t.Column)];

    public override bool LooksBack => true;

    public override void Apply(Frame frame)
    {
        foreach (var fill in Numbers)
        {
            MissingIndicator.Add(frame, fill.Column, fill.Indicator);
            double[] values = frame.Writable(fill.Column);
            for (int group = 0; group < frame.Order.GroupCount; group++)
            {
                double last = fill.Value;
                foreach (int row in frame.Order.Group(group))
                    if (double.IsNaN(values[row])) values[row] = last;
                    else last = values[row];
            }
        }

        foreach (var fill in Texts)
        {
            MissingIndicator.Add(frame, fill.Column, fill.Indicator);
            string?[] values = frame.WritableTexts(fill.Column);
            for (int group = 0; group < frame.Order.GroupCount; group++)
            {
                string last = fill.Value;
                foreach (int row in frame.Order.Group(group))
                    last = values[row] ??= last;
            }
        }
    }
}

static class MissingIndicator
{
    public static void Add(Frame frame, string column, string? indicator)
    {
        if (indicator is null) return;
        var source = frame[column];
        double[] missing = new double[frame.Rows];
        for (int row = 0; row < missing.Length; row++) missing[row] = source.Data.IsMissing(row) ? 1 : 0;
        frame.AddFeature(indicator, missing, unit: null, source.Sources, isBoolean: true);
    }
}
