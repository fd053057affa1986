using System.Text.Json.Serialization;

namespace Takt.Protocols.Deployments;

/// <summary>How a model is to be served: the desired state. A model without one is served on demand: the champion, else the newest version, answers for the bare name.</summary>
/// <remarks>A label is an alias or a version number as text: <c>champion</c>, <c>3</c>.</remarks>
public sealed record DeploymentSpec
{
    /// <summary>Whether the model is served at all. Default yes; no unloads every version and refuses calls.</summary>
    public bool Active { get; init; } = true;

    /// <summary>Which versions are kept loaded and answer when they are named. Those that traffic, shadow or rules lead to always are. Default the newest one.</summary>
    public VersionPolicy Versions { get; init; } = new();

    /// <summary>Which versions answer for the bare name, by weight. Default: all of it goes to the champion, else to the newest version.</summary>
    public IReadOnlyList<TrafficShare> Traffic { get; init; } = [];

    /// <summary>
    /// The request parameter whose values stay together: all calls of one station (or recipe, …) go to one version. Calls without it, and all calls where this is null,
    /// are spread one by one.
    /// </summary>
    public string? SplitBy { get; init; }

    /// <summary>Calls that go to a version by what their parameters say, before any split; the first rule that fits holds.</summary>
    public IReadOnlyList<TrafficRule> Rules { get; init; } = [];

    /// <summary>A version that is asked too, without its answers being given to anybody; null = none.</summary>
    public ShadowSpec? Shadow { get; init; }

    /// <summary>The model (<c>name</c>, <c>name@alias</c> or <c>name:version</c>) that answers what this one cannot answer in time or has no room for; null = such calls are refused.</summary>
    public string? Fallback { get; init; }

    /// <summary>How much waits, how much is computed at once, and how long it may take.</summary>
    public LimitsSpec Limits { get; init; } = new();

    /// <summary>How a version is tried before it answers anybody.</summary>
    public WarmUpSpec WarmUp { get; init; } = new();

    /// <summary>Which calls are written down, to be looked at and replayed; null = none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RequestLogSpec? Log { get; init; }
}

/// <summary>Which versions are kept loaded. With nothing said, the newest.</summary>
public sealed record VersionPolicy
{
    /// <summary>The newest so many; null = not by age.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Latest { get; init; }

    /// <summary>Every version there is. Default no.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool All { get; init; }

    /// <summary>These labels; null = none by name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Named { get; init; }
}

/// <summary>A part of the traffic.</summary>
/// <param name="To">The label of the version that gets it.</param>
/// <param name="Weight">Its share is this, divided by the sum of all weights; at least 0.</param>
public sealed record TrafficShare(string To, double Weight = 1);

/// <summary>Calls whose parameters say all of this go to one version.</summary>
/// <param name="When">Parameter values by name, at least one.</param>
/// <param name="To">The label of the version that gets them.</param>
public sealed record TrafficRule(IReadOnlyDictionary<string, string> When, string To);

/// <summary>A version whose answers are compared with those that are given.</summary>
/// <param name="To">Its label.</param>
/// <param name="Share">Which part of the calls is repeated on it, 0 to 1. Default all.</param>
public sealed record ShadowSpec(string To, double Share = 1);

/// <summary>What a deployment takes on.</summary>
public sealed record LimitsSpec
{
    /// <summary>Calls of one version that may wait; one more is refused with 429. Default 256.</summary>
    public int Queue { get; init; } = 256;

    /// <summary>Rows computed at once; 0 = settled from what calls are measured to take. Default 0. 1 switches batching off.</summary>
    public int Batch { get; init; }

    /// <summary>Threads that may share one call of the model; 0 = as many as the process has. Default 0. 1 leaves the other cores to other calls: most answers a second, each a little later.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Threads { get; init; }

    /// <summary>Milliseconds from arrival to answer that nineteen of twenty calls are to stay within: batch size and delay are settled for it. Null = as fast as possible.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TargetMs { get; init; }

    /// <summary>Milliseconds that a caller waits who says nothing else; null = for ever.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TimeoutMs { get; init; }

    /// <summary>Priority of calls that say none; 1 is the most urgent. Default 5.</summary>
    public int Priority { get; init; } = 5;
}

/// <summary>How a version is tried before it answers anybody.</summary>
public sealed record WarmUpSpec
{
    /// <summary>Requests to try: those that the model was asked lately, else ones made of the training data's typical values. Default 8; 0 = none.</summary>
    public int Requests { get; init; } = 8;
}

/// <summary>Which calls are written down and for how long. What a call brought and got is kept only if asked for, and never the values of redacted names.</summary>
public sealed record RequestLogSpec
{
    /// <summary>The part of the answered calls that is written down, 0 to 1. Default 0.</summary>
    public double Share { get; init; }

    /// <summary>The part of the refused and failed calls that is written down, 0 to 1; null = as <see cref="Share"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Failures { get; init; }

    /// <summary>Whether inputs and outputs are kept too: only such calls can be replayed. Default no.</summary>
    public bool Payloads { get; init; }

    /// <summary>Names of columns, tensors and parameters whose values are never kept. They are taken out before anything leaves the memory.</summary>
    public IReadOnlyList<string> Redact { get; init; } = [];

    /// <summary>KiB that the payload of one call may take; of a larger one everything else is kept. Default 1024.</summary>
    public int PayloadKiB { get; init; } = 1024;

    /// <summary>Days after which a call is forgotten. Default 30.</summary>
    public double KeepDays { get; init; } = 30;

    /// <summary>MiB that the written calls of the model may take; beyond it the oldest are forgotten. Default 1024.</summary>
    public int KeepMiB { get; init; } = 1024;
}
