using System.Globalization;
using System.Text;
using Takt.Protocols.OpenInference;

namespace Takt.Graphs.Packages;

/// <summary>Writes a model card as Markdown.</summary>
static class ModelCardMarkdown
{
    public static string Write(ModelCard card)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"# {card.Name}\n\n{Sentence(card)}\n");
        Section(page, "Intended use", card.IntendedUse);
        if (card.Data is { } data) Data(page, data, card.Inputs);
        if (card.Graph is { } graph) Graph(page, graph);
        if (card is { Data: null, Inputs.Count: > 0 }) Columns(page, card.Inputs);
        if (card.Metrics.Count > 0) Metrics(page, card);
        if (card.Limits.Count > 0) Section(page, "Limits", string.Join('\n', card.Limits.Select(l => $"- {l}")));
        if (card.Spec is { } spec) page.Append(CultureInfo.InvariantCulture, $"\n## How it was made\n\nSeed {card.Seed}.\n\n```yaml\n{spec.Trim()}\n```\n");
        if (card.Environment.Count > 0)
        {
            page.Append("\n| | |\n|---|---|\n");
            foreach (var (what, value) in card.Environment.OrderBy(e => e.Key, StringComparer.Ordinal)) Row(page, what, value);
        }

        return page.ToString();
    }

    static void Data(StringBuilder page, CardData data, IReadOnlyList<CardColumn> inputs)
    {
        page.Append("\n## Data\n\n| | |\n|---|---|\n");
        Row(page, "source", data.Source);
        Row(page, "SHA-256", $"`{data.Sha256}`");
        Row(page, "learned from", $"{data.TrainingRows} rows");
        Row(page, "steered by", $"{data.ValidationRows} rows");
        Row(page, "judged on", $"{data.TestRows} rows");
        Row(page, "split", data.Split);
        Columns(page, inputs);
    }

    static void Columns(StringBuilder page, IReadOnlyList<CardColumn> inputs)
    {
        page.Append("\n### Inputs\n\n| column | kind | unit | range |\n|---|---|---|---|\n");
        foreach (var input in inputs) Row(page, input.Name, input.Kind.ToLowerInvariant(), input.Unit ?? "", input.Range ?? "");
    }

    static void Graph(StringBuilder page, GraphCard graph)
    {
        page.Append("\n## Graph\n\n| | |\n|---|---|\n");
        Row(page, "source", graph.Source);
        Row(page, "SHA-256", $"`{graph.Sha256}`");
        if (graph.Producer is { } producer) Row(page, "written by", producer);
        Row(page, "file version", $"{graph.IrVersion}");
        Row(page, "operator sets", string.Join(", ", graph.OperatorSets));
        if (graph.Labels.Count > 0) Row(page, "classes", string.Join(", ", graph.Labels));
        page.Append("\n### Inputs and outputs\n\n| | name | type | shape |\n|---|---|---|---|\n");
        foreach (var input in graph.Inputs) Row(page, "in", input.Name, input.Type.WireName(), input.ShapeText);
        foreach (var output in graph.Outputs) Row(page, "out", output.Name, output.Type.WireName(), output.ShapeText);
        if (graph.Sample is { } sample)
            page.Append(CultureInfo.InvariantCulture, $"\n### A request\n\n`POST /v2/models/NAME/infer` with this body; `takt models show NAME --sample` writes all of it.\n\n```json\n{sample}\n```\n");
    }

    static void Metrics(StringBuilder page, ModelCard card)
    {
        page.Append("\n## How good it is\n\n| part | metric | value | 95 % interval |\n|---|---|---|---|\n");
        foreach (var metric in card.Metrics)
            Row(page, metric.Part, metric.Name, Number(metric.Value), metric is { Lower: { } lower, Upper: { } upper } ? $"{Number(lower)} to {Number(upper)}" : "");
        if (card.Decision is { } decision)
            page.Append(CultureInfo.InvariantCulture, $"\nThe positive class is decided on from a probability of {Number(decision.Threshold)} on{ChosenFor(decision)}.\n");
    }

    static string Sentence(ModelCard card) =>
        card.Graph is not null ? string.Create(CultureInfo.InvariantCulture, $"{card.Network}, {(card.Inputs.Count > 0 ? "rows or tensors" : "tensors")} in and out, imported on {card.Date:yyyy-MM-dd HH:mm} UTC.")
        : string.Create(CultureInfo.InvariantCulture, $"{Capital(card.Task)} of **{card.Target}**{(card.Unit is null ? "" : $" in {card.Unit}")} by a {card.Network}, trained on {card.Date:yyyy-MM-dd HH:mm} UTC.");

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
