using System.Globalization;
using System.Text.Json.Nodes;

namespace Takt.Accuracy;

/// <summary>The figures of one protocol over its trainings.</summary>
sealed class Report(Protocol protocol, IReadOnlyList<Trial> trials)
{
    /// <summary>Writes mean, spread, goal and what others reached, test and validation apart.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{protocol.Name}: {trials.Count} {(protocol.Splits > 0 ? "splits" : "seeds")}, {trials[0].Outcome.Record.Parameters:N0} parameters, {trials.Average(t => t.Seconds):F1} s a training ({trials.Average(t => t.ProcessorSeconds):F1} s of processor time)"));
        foreach (var figure in protocol.Figures)
        {
            var (test, validation) = (Spread.Of(Values(figure, test: true)), Spread.Of(Values(figure, test: false)));
            string goal = figure.Goal is { } g ? string.Create(CultureInfo.InvariantCulture, $"  goal {(figure.HigherIsBetter ? "≥" : "≤")} {g} {(IsReached(figure, test.Mean) ? "reached" : "NOT REACHED")}") : "";
            output.WriteLine($"  {figure.Name,-26} test {test,-34} validation {validation,-34}{goal}{(figure.Published.Length > 0 ? $"  ({figure.Published})" : "")}");
        }
    }

    /// <summary>The same as JSON, every training apart.</summary>
    public JsonObject ToJson() => new()
    {
        ["protocol"] = protocol.Name,
        ["parameters"] = trials[0].Outcome.Record.Parameters,
        ["seconds"] = Numbers(trials.Select(t => t.Seconds)),
        ["processorSeconds"] = Numbers(trials.Select(t => t.ProcessorSeconds)),
        ["figures"] = new JsonArray([.. protocol.Figures.Select(f => (JsonNode)new JsonObject
        {
            ["name"] = f.Name,
            ["goal"] = f.Goal,
            ["published"] = f.Published,
            ["test"] = Numbers(Values(f, test: true)),
            ["validation"] = Numbers(Values(f, test: false)),
        })]),
    };

    IEnumerable<double> Values(Figure figure, bool test) =>
        trials.Select(t => test ? t.Outcome.Test : t.Outcome.Validation).OfType<Takt.Learning.Jobs.PartMetrics>().Select(m => figure.Of(m).Value ?? double.NaN).Where(double.IsFinite);

    static bool IsReached(Figure figure, double mean) => figure.HigherIsBetter ? mean >= figure.Goal : mean <= figure.Goal;

    static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => (JsonNode)Math.Round(v, 5))]);

    /// <summary>Mean, standard deviation and standard error.</summary>
    sealed record Spread(double Mean, double Deviation, double Error, double Least, double Most)
    {
        public static Spread Of(IEnumerable<double> values)
        {
            double[] all = [.. values];
            if (all.Length == 0) return new(double.NaN, 0, 0, double.NaN, double.NaN);
            double mean = all.Average(), deviation = all.Length < 2 ? 0 : Math.Sqrt(all.Sum(v => (v - mean) * (v - mean)) / (all.Length - 1));
            return new(mean, deviation, deviation / Math.Sqrt(all.Length), all.Min(), all.Max());
        }

        public override string ToString() => double.IsNaN(Mean) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{Mean:G4} ± {Error:G2} ({Least:G4} to {Most:G4})");
    }
}
