using System.Globalization;
using System.Text.Json.Nodes;

namespace Takt.Compare;

/// <summary>Takt beside a peer on one workload. A ratio above 1: Takt is faster.</summary>
sealed record Pair(string Peer, Measurement Takt, Measurement Other)
{
    public double Ratio => Other.Milliseconds / Takt.Milliseconds;
}

/// <summary>What all sides measured, and how they compare.</summary>
sealed class Comparison(IReadOnlyDictionary<string, List<Measurement>> measured)
{
    /// <summary>Every workload that Takt and a peer both ran.</summary>
    public IReadOnlyList<Pair> Pairs { get; } =
    [
        .. from side in measured.Where(side => side.Key != "Takt")
           from other in Best(side.Value)
           from takt in Best(measured["Takt"]).Where(takt => takt.Key == other.Key)
           select new Pair(side.Key, takt, other),
    ];

    /// <summary>Geometric means of the ratios, by peer, phase and threads.</summary>
    public IReadOnlyList<(string Peer, string Phase, int Threads, double Ratio)> Means =>
    [
        .. Pairs.GroupBy(p => (p.Peer, p.Takt.Phase, p.Takt.Threads))
            .Select(g => (g.Key.Peer, g.Key.Phase, g.Key.Threads, Math.Exp(g.Average(p => Math.Log(p.Ratio))))),
    ];

    /// <summary>Of several rounds the one with the shortest median: other programs only ever make it longer.</summary>
    static IEnumerable<Measurement> Best(IEnumerable<Measurement> rounds) => rounds.GroupBy(m => m.Key).Select(g => g.MinBy(m => m.Milliseconds)!);

    public void Print(TextWriter output)
    {
        output.WriteLine("| workload | phase | batch | threads | Takt ms | peer | peer ms | Takt is faster by |");
        output.WriteLine("|---|---|--:|--:|--:|---|--:|--:|");
        foreach (var pair in Pairs)
            output.WriteLine(Invariant($"| {pair.Takt.Workload} | {pair.Takt.Phase} | {pair.Takt.Batch} | {pair.Takt.Threads} | {pair.Takt.Milliseconds:0.000} | {pair.Peer} | {pair.Other.Milliseconds:0.000} | {pair.Ratio:0.00} × |"));
        output.WriteLine();
        output.WriteLine("| geometric mean | phase | threads | Takt is faster by |");
        output.WriteLine("|---|---|--:|--:|");
        foreach (var (peer, phase, threads, ratio) in Means)
            output.WriteLine(Invariant($"| {peer} | {phase} | {threads} | {ratio:0.00} × |"));
    }

    public JsonObject ToJson() => new()
    {
        ["pairs"] = new JsonArray([.. Pairs.Select(p => new JsonObject
        {
            ["workload"] = p.Takt.Workload, ["phase"] = p.Takt.Phase, ["batch"] = p.Takt.Batch, ["threads"] = p.Takt.Threads,
            ["takt_ms"] = p.Takt.Milliseconds, ["peer"] = p.Peer, ["peer_ms"] = p.Other.Milliseconds, ["ratio"] = Math.Round(p.Ratio, 3),
        })]),
        ["means"] = new JsonArray([.. Means.Select(m => new JsonObject
        {
            ["peer"] = m.Peer, ["phase"] = m.Phase, ["threads"] = m.Threads, ["ratio"] = Math.Round(m.Ratio, 3),
        })]),
    };

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
