using System.Text.Json.Serialization;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Tables;

namespace Takt.Data.Pipelines.Steps;

/// <summary>A part of a point in time (UTC).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DatePart>))]
public enum DatePart
{
    /// <summary>Time of day as an angle: sine and cosine over 24 hours.</summary>
    Day,

    /// <summary>Time of the week as an angle: sine and cosine over 7 days from Monday.</summary>
    Week,

    /// <summary>Time of the year as an angle: sine and cosine over the year's days.</summary>
    Year,

    /// <summary>The hour, 0 to 23.</summary>
    Hour,

    /// <summary>The day of the week, 0 (Monday) to 6.</summary>
    Weekday,

    /// <summary>The month, 1 to 12.</summary>
    Month,
}

/// <summary>Points in time as numbers: <c>{ step: date-parts, columns: [Started], parts: [day, week] }</c>. Angles come as two features, <c>Started day sin</c> and
/// <c>Started day cos</c>, so that midnight is next to midnight.</summary>
public sealed record DateParts : StepSpec
{
    static readonly IReadOnlyDictionary<string, DatePart> Names = new OrderedDictionary<string, DatePart>
    {
        ["day"] = DatePart.Day, ["week"] = DatePart.Week, ["year"] = DatePart.Year,
        ["hour"] = DatePart.Hour, ["weekday"] = DatePart.Weekday, ["month"] = DatePart.Month,
    };

    /// <inheritdoc/>
    public override string Step => "date-parts";

    /// <summary>The parts; default day and week.</summary>
    public IReadOnlyList<DatePart> Parts { get; init; } = [DatePart.Day, DatePart.Week];

    internal static DateParts Read(StepKeys keys) => new() { Columns = keys.Columns(), Parts = keys.Choices("parts", Names) ?? [DatePart.Day, DatePart.Week] };

    internal override ColumnSuits Suits => ColumnSuits.Times;

    internal override void Fit(FittingContext context) => context.Add(new FittedDateParts([.. context.ColumnsOf(this).Select(c => c.Name)], Parts));
}

sealed record FittedDateParts(IReadOnlyList<string> Columns, IReadOnlyList<DatePart> Parts) : FittedStep
{
    public override IEnumerable<string> Reads => Columns;

    public override void Apply(Frame frame)
    {
        foreach (string name in Columns)
        {
            var source = frame[name];
            var times = ((TimeColumn)source.Data).Values;
            frame.Remove(name);
            foreach (var part in Parts)
            {
                string word = part.ToString().ToLowerInvariant();
                if (part is DatePart.Day or DatePart.Week or DatePart.Year)
                {
                    frame.AddFeature($"{name} {word} sin", Map(times, t => Math.Sin(Turn(t, part))), unit: null, source.Sources);
                    frame.AddFeature($"{name} {word} cos", Map(times, t => Math.Cos(Turn(t, part))), unit: null, source.Sources);
                }
                else
                {
                    frame.AddFeature($"{name} {word}", Map(times, t => Number(t, part)), unit: null, source.Sources);
                }
            }
        }
    }

    /// <summary>How far round the cycle, in radians.</summary>
    static double Turn(DateTime time, DatePart part) => Math.Tau * (part switch
    {
        DatePart.Day => time.TimeOfDay.TotalDays,
        DatePart.Week => (Weekday(time) + time.TimeOfDay.TotalDays) / 7,
        _ => (time.DayOfYear - 1 + time.TimeOfDay.TotalDays) / (DateTime.IsLeapYear(time.Year) ? 366 : 365),
    });

    static double Number(DateTime time, DatePart part) => part switch
    {
        DatePart.Hour => time.Hour,
        DatePart.Weekday => Weekday(time),
        _ => time.Month,
    };

    static int Weekday(DateTime time) => ((int)time.DayOfWeek + 6) % 7;

    static double[] Map(DateTime?[] times, Func<DateTime, double> of)
    {
        double[] values = new double[times.Length];
        for (int i = 0; i < values.Length; i++) values[i] = times[i] is { } time ? of(time) : double.NaN;
        return values;
    }
}
