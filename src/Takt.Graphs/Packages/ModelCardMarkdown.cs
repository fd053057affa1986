using System.Globalization;
using System.Text;

namespace Takt.Graphs.Packages;

/// <summary>Writes a model card as Markdown.</summary>
static class ModelCardMarkdown
{
    public static string Write(ModelCard card)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"# {card.Name}\n\n{Sentence(card)}\n");
        Section(page, "Intended use", card.IntendedUse);
        page.Append("\n## Data\n\n| | |\n|---|---|\n");
        Row(page, "source", card.Data.Source);
        Row(page, "SHA-256", $"`{card.Data.Sha256}`");
        Row(page, "learned from", $"{card.Data.TrainingRows} rows");
        Row(page, "steered by", $"{card.Data.ValidationRows} rows");
        Row(page, "judged on", $"{card.Data.TestRows} rows");
        Row(page, "split", card.Data.Split);

        page.Append("\n### Inputs\n\n| column | kind | unit | range |\n|---|---|---|---|\n");
        foreach (var input in card.Inputs) Row(page, input.Name, input.Kind.ToLowerInvariant(), input.Unit ?? "", input.Range ?? "");

        page.Append("\n## How good it is\n\n| part | metric | value | 95 % interval |\n|---|---|---|---|\n");
        foreach (var metric in card.Metrics)
            Row(page, metric.Part, metric.Name, Number(metric.Value), metric is { Lower: { } lower, Upper: { } upper } ? $"{Number(lower)} to {Number(upper)}" : "");
        if (card.Decision is { } decision)
            page.Append(CultureInfo.InvariantCulture, $"\nThe positive class is decided on from a probability of {Number(decision.Threshold)} on{ChosenFor(decision)}.\n");

        if (card.Limits.Count > 0) Section(page, "Limits", string.Join('\n', card.Limits.Select(l => $"- {l}")));
        page.Append(CultureInfo.InvariantCulture, $"\n## How it was made\n\nSeed {card.Seed}.\n\n```yaml\n{card.Spec.Trim()}\n```\n");
        if (card.Environment.Count > 0)
        {
            page.Append("\n| | |\n|---|---|\n");
            foreach (var (what, value) in card.Environment.OrderBy(e => e.Key, StringComparer.Ordinal)) Row(page, what, value);
        }

        return page.ToString();
    }

    static string Sentence(ModelCard card) =>
        string.Create(CultureInfo.InvariantCulture, $"{Capital(card.Task)} of **{card.Target}**{(card.Unit is null ? "" : $" in {card.Unit}")} by a {card.Network}, trained on {card.Date:yyyy-MM-dd HH:mm} UTC.");

    static string ChosenFor(Decision decision) =>
        decision.Metric is null ? "" : $", chosen on the validation part for {decision.Metric}{(decision.Value is { } value ? $" ({Number(value)})" : "")}";

    static void Section(StringBuilder page, string title, string text) => page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n{text.Trim()}\n");

    static void Row(StringBuilder page, params ReadOnlySpan<string> cells)
    {
        foreach (string cell in cells) page.Append("| ").Append(cell.Replace("|", "\\|").Replace('\n', ' ')).Append(' ');
        page.Append("|\n");
    }

    static string Number(double value) => value.ToString(Math.Abs(value) is >= 1000 or 0 ? "0.#" : "G4", CultureInfo.InvariantCulture);

    static string Capital(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
}
