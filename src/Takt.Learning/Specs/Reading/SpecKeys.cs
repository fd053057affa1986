namespace Takt.Learning.Specs.Reading;

/// <summary>The keys of a train spec, section by section. The reader knows no others and the writer writes no others.</summary>
static class SpecKeys
{
    /// <summary>Section → its keys, in the order they are written. The root section is the empty name.</summary>
    public static IReadOnlyDictionary<string, string[]> Sections { get; } = new Dictionary<string, string[]>
    {
        [""] = ["name", "task", "data", "prepare", "window", "model", "train"],
        ["data"] = ["file", "target", "ignore", "group", "time", "columns", "header", "delimiter", "encoding", "on_bad_row", "split", "test"],
        ["data.target"] = ["column", "remaining-life"],
        ["data.target.remaining-life"] = ["cap"],
        ["data.split"] = ["test", "validation", "stratify", "by", "seed", "test_rows"],
        ["data.split.test_rows"] = ["file", "line"],
        ["data.test"] = ["file", "answers"],
        ["window"] = ["length", "stride", "padding"],
        ["model"] = ["family", "hidden", "layers", "activation", "dropout", "ensemble", "from", "train"],
        ["model.train"] = ["last"],
        ["train"] =
        [
            "epochs", "batch", "optimizer", "rate", "schedule", "weight_decay", "decay_of", "patience", "monitor", "loss", "class_weights", "clip", "clip_value", "on_bad_batch", "ema", "seed",
            "threads", "threshold",
        ],
        ["train.schedule"] = ["kind", "warmup"],
        ["train.threshold"] = ["metric", "precision", "miss", "false_alarm", "value"],
    };

    /// <summary>'_' and '-' are the same in a key, and case does not count: <c>weight-decay</c> is <c>weight_decay</c>.</summary>
    public static bool Same(string a, string b) => Plain(a) == Plain(b);

    /// <summary>A section that has this key, or null.</summary>
    public static string? SectionOf(string key) => Sections.FirstOrDefault(s => s.Value.Any(k => Same(k, key))).Key;

    public static string Plain(string key) => key.Trim().ToLowerInvariant().Replace('_', '-');
}
