using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Tables;

namespace Takt.Data.Pipelines.Steps;

/// <summary>What suits each feature's kind and training values: <c>prepare: auto</c>, or <c>{ step: auto, by: condition }</c> among other steps.</summary>
/// <remarks>
/// Columns that are all missing, constant, or text in which nearly every value differs are left out, with a note. Missing numbers become the median, with an indicator
/// where training had missing values. Numbers that are very skewed and never negative go through a logarithm; all numbers are standardised.
/// Text becomes one-hot up to <see cref="MostOneHot"/> categories and standardised frequencies beyond; booleans stay 0 and 1; points in time become the angles of the cycles that training spans.
/// </remarks>
public sealed record Auto : StepSpec
{
    /// <summary>Text with more categories than this becomes frequencies: one-hot would give more inputs than most plants' tables can teach.</summary>
    public const int MostOneHot = 50;

    /// <summary>Categories under this share of the rows are grouped: they give a weight too few rows to be learnt from.</summary>
    const double Rare = 0.005;

    /// <summary>Skewness from which a logarithm comes first. An exponential has 2; an evenly or normally spread signal is far below.</summary>
    const double VerySkewed = 2;

    /// <summary>Text with more different values than this share of its rows names single things (a serial number), not kinds of things.</summary>
    const double NearlyAllDiffer = 0.5;

    /// <inheritdoc/>
    public override string Step => "auto";

    /// <summary>A text column or condition by which numbers are standardised; null: all rows alike.</summary>
    public string? By { get; init; }

    internal override IEnumerable<string> AlsoReads => By is null ? [] : [By];

    internal static Auto Read(StepKeys keys) => new() { Columns = keys.Columns(), By = keys.Text("by") };

    internal override void Fit(FittingContext context)
    {
        List<string> names = [.. context.ColumnsOf(this).Select(c => c.Name)];
        LeaveOut(names, AllMissing(context.Frame, names), "every training value is missing", context);
        LeaveOut(names, NearlyUnique(context.Frame, names), "nearly every value differs, as in a serial number", context);

        LeaveOut(names, Constant(context.Frame, names), "the training value never changes", context);

        new Impute { Columns = Of(names, c => c.IsNumeric), Indicator = true }.Fit(context);
        LeaveOut(names, Constant(context.Frame, names), "only whether there is a value tells anything, which its indicator says", context);

        var numbers = Of(names, c => c.Kind == ColumnKind.Number);
        new Log { Columns = [.. numbers.Where(n => IsVerySkewed(context.Frame[n].Numbers))] }.Fit(context);
        new Standardise { Columns = numbers, By = By }.Fit(context);
        if (By is not null) LeaveOut(names, Constant(context.Frame, names), "within a condition the training value never changes", context);

        var texts = Of(names, c => c.Kind == ColumnKind.Text);
        var many = texts.Where(n => Categories(context.Frame[n]) > MostOneHot).ToList();
        new OneHot { Columns = [.. texts.Except(many)], Rare = Rare }.Fit(context);
        new Frequency { Columns = many }.Fit(context);
        new Standardise { Columns = many }.Fit(context);
        FitTimes(Of([.. names.Except(texts)], c => c.Kind == ColumnKind.Time), context);

        IReadOnlyList<string> Of(List<string> all, Func<FrameColumn, bool> suits) => [.. all.Where(n => suits(context.Frame[n]))];
    }

    static void LeaveOut(List<string> names, List<string> columns, string reason, FittingContext context)
    {
        if (columns.Count == 0) return;
        context.Note($"left out, as {reason}: {string.Join(", ", columns)}");
        names.RemoveAll(columns.Contains);
        new Drop { Columns = columns }.Fit(context);
    }

    static List<string> AllMissing(Frame frame, List<string> names) =>
        [.. names.Where(n => Enumerable.Range(0, frame.Rows).All(frame[n].Data.IsMissing))];

    static List<string> NearlyUnique(Frame frame, List<string> names) => [.. names.Where(n =>
        frame[n].Kind == ColumnKind.Text && Categories(frame[n]) is > MostOneHot and var count && count > NearlyAllDiffer * frame.Rows)];

    static List<string> Constant(Frame frame, List<string> names) => [.. names.Where(n => IsConstant(frame[n].Data))];

    static bool IsConstant(Column column) => column switch
    {
        NumberColumn number => Array.TrueForAll(number.Values, v => v == number.Values[0]),
        TextColumn text => Array.TrueForAll(text.Values, v => v == text.Values[0]),
        TimeColumn time => Array.TrueForAll(time.Values, v => v == time.Values[0]),
        _ => false,
    };

    static int Categories(FrameColumn column) => ((TextColumn)column.Data).Values.Where(v => v is not null).Distinct().Count();

    static bool IsVerySkewed(double[] values) => values.Min() >= 0 && values.Distinct().Take(3).Count() > 2 && Statistics.Skewness(values) > VerySkewed;

    /// <summary>An angle is of use only if training has been round the cycle; otherwise it is a clock that never comes back.</summary>
    static void FitTimes(IReadOnlyList<string> times, FittingContext context)
    {
        foreach (string name in times)
        {
            var values = ((TimeColumn)context.Frame[name].Data).Values;
            var span = values.Max()!.Value - values.Min()!.Value;
            List<DatePart> parts = [];
            if (span >= TimeSpan.FromDays(1)) parts.Add(DatePart.Day);
            if (span >= TimeSpan.FromDays(7)) parts.Add(DatePart.Week);
            if (span >= TimeSpan.FromDays(365)) parts.Add(DatePart.Year);
            if (parts.Count == 0) LeaveOut([], [name], "it spans less than a day, so that nothing of it repeats", context);
            else new DateParts { Columns = [name], Parts = parts }.Fit(context);
        }
    }
}
