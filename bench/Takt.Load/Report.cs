using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Takt.Load;

/// <summary>How the server fared.</summary>
sealed class Report
{
    static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    readonly Window _whole;
    readonly IReadOnlyList<Window> _windows, _seconds;

    /// <summary>Sorts out the results.</summary>
    /// <param name="results">All requests.</param>
    /// <param name="arrivals">When they were due.</param>
    /// <param name="windows">Parts to tell apart, in seconds from where counting begins.</param>
    public Report(IReadOnlyList<Result> results, Arrivals arrivals, IReadOnlyList<(double From, double To)> windows)
    {
        double length = arrivals.End - arrivals.Start;
        _whole = Of(0, length);
        _windows = [.. windows.Select(w => Of(w.From, w.To))];
        _seconds = [.. Enumerable.Range(0, (int)length).Select(second => Of(second, second + 1))];

        Window Of(double from, double to) => Window.Of(
            [.. results.Where(r => r.Due - arrivals.Start >= from && r.Due - arrivals.Start < to)], from, to,
            arrivals.IsOpen ? arrivals.DueBy(arrivals.Start + to) - arrivals.DueBy(arrivals.Start + from) : null);
    }

    public static (double From, double To) ReadWindow(string text) => text.Split('-') is [var from, var to]
        ? (double.Parse(from, CultureInfo.InvariantCulture), double.Parse(to, CultureInfo.InvariantCulture))
        : throw new FormatException($"window '{text}'; expected A-B in seconds");

    public string ToJson() => JsonSerializer.Serialize(new { whole = _whole, windows = _windows, seconds = _seconds }, Indented);

    public string ToText()
    {
        var text = new StringBuilder("from-to s     due/s  answered/s  refused/s  failed   p50 ms   p90 ms   p99 ms p99.9 ms   max ms  refusal p99 ms\n");
        foreach (var window in _seconds.Concat(_windows).Append(_whole)) text.AppendLine(window.ToString());
        return text.ToString().TrimEnd();
    }
}

/// <summary>What came in one part of the run.</summary>
/// <param name="From">Second it begins.</param>
/// <param name="To">Second it ends.</param>
/// <param name="Due">Requests a second that were due; null = as many as were answered.</param>
/// <param name="Answered">Requests a second that were answered well.</param>
/// <param name="Refused">Requests a second that were refused: 429, 503 or 504.</param>
/// <param name="Failed">Requests that failed in any other way, or were not answered in time.</param>
/// <param name="P50">Milliseconds that half of the well answered stayed within.</param>
/// <param name="P90">Nine of ten.</param>
/// <param name="P99">Ninety-nine of a hundred.</param>
/// <param name="P999">All but one of a thousand.</param>
/// <param name="Max">All of them.</param>
/// <param name="RefusalP99">Milliseconds that ninety-nine of a hundred refusals took.</param>
sealed record Window(double From, double To, double? Due, double Answered, double Refused, long Failed, double P50, double P90, double P99, double P999, double Max, double RefusalP99)
{
    public static Window Of(Result[] results, double from, double to, long? due)
    {
        double[] well = Latencies(results.Where(r => r.Status is >= 200 and < 300)), refused = Latencies(results.Where(r => r.Status is 429 or 503 or 504));
        long missing = Math.Max(0, (due ?? 0) - results.Length - 1); // one may stand on the border of two windows
        long failed = results.Length - well.Length - refused.Length + missing;
        double seconds = to - from;
        return new Window(from, to, due / seconds, well.Length / seconds, refused.Length / seconds, failed,
            At(well, 0.5), At(well, 0.9), At(well, 0.99), At(well, 0.999), At(well, 1), At(refused, 0.99));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{From,4:0.#}-{To,-5:0.#} {Due,9:0} {Answered,11:0} {Refused,10:0} {Failed,7} {P50,8:0.00} {P90,8:0.00} {P99,8:0.00} {P999,8:0.00} {Max,8:0.00} {RefusalP99,15:0.00}");

    static double[] Latencies(IEnumerable<Result> results)
    {
        double[] milliseconds = [.. results.Select(r => (r.Answered - r.Due) * 1000)];
        Array.Sort(milliseconds);
        return milliseconds;
    }

    static double At(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
