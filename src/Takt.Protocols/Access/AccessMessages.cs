using System.Text.Json.Serialization;
using Takt.Protocols.Deployments;

namespace Takt.Protocols.Access;

/// <summary>The people who may sign in.</summary>
/// <param name="Users">By name.</param>
public sealed record UsersResponse(IReadOnlyList<UserSummary> Users);

/// <summary>Somebody who may sign in.</summary>
/// <param name="Name">The name to sign in with.</param>
/// <param name="Role">viewer, operator, engineer or admin.</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record UserSummary(string Name, string Role, DateTimeOffset CreatedAt);

/// <summary>Somebody new.</summary>
/// <param name="Name">The name to sign in with.</param>
/// <param name="Password">The first password, at least 10 characters.</param>
/// <param name="Role">viewer, operator, engineer or admin.</param>
public sealed record UserRequest(string Name, string Password, string Role);

/// <summary>The keys of programs.</summary>
/// <param name="Keys">Newest first, revoked and expired ones too.</param>
public sealed record KeysResponse(IReadOnlyList<KeySummary> Keys);

/// <summary>A key, without its secret.</summary>
/// <param name="Id">The part of it that may be shown.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Permissions">Some of read, predict, manage, administer.</param>
/// <param name="Models">Patterns of the models that it may use.</param>
/// <param name="PerMinute">Requests a minute at most; null = no limit.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="ExpiresAt">Until when; null = for good.</param>
/// <param name="RevokedAt">When it was taken back; null = it was not.</param>
public sealed record KeySummary(
    string Id, string Name, string Permissions, string Models, int? PerMinute, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

/// <summary>A key to be made.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Permissions">Some of read, predict, manage, administer, separated by blanks.</param>
/// <param name="Models">Patterns of models, separated by blanks; null = all.</param>
/// <param name="Days">How long it is valid; null = for good.</param>
/// <param name="PerMinute">Requests a minute at most; null = no limit.</param>
public sealed record KeyRequest(string Name, string Permissions, string? Models = null, int? Days = null, int? PerMinute = null);

/// <summary>A key that was just made.</summary>
/// <param name="Key">The key.</param>
/// <param name="Text">What programs send: it cannot be shown again.</param>
public sealed record NewKey(KeySummary Key, string Text);

/// <summary>Who did what.</summary>
/// <param name="Entries">Newest first.</param>
public sealed record AuditResponse(IReadOnlyList<AuditLine> Entries);

/// <summary>One entry of the audit.</summary>
/// <param name="Id">Rising number.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who: user:NAME, key:ID, command:NAME, anyone, takt.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Subject">What it happened to.</param>
/// <param name="Detail">More.</param>
/// <param name="Hash">Hash over this entry and the one before.</param>
public sealed record AuditLine(long Id, string At, string Actor, string Kind, string Subject, string? Detail, string Hash);

/// <summary>What a check of the audit found.</summary>
/// <param name="Whole">Whether every entry fits.</param>
/// <param name="Entries">How many do.</param>
/// <param name="Head">Hash of the last of them.</param>
/// <param name="BrokenAt">The first that does not fit the one before it or the registry; null if all do.</param>
/// <param name="Unnoted">Something that the registry holds and no entry tells of; null if there is nothing.</param>
public sealed record AuditVerification(bool Whole, long Entries, string Head, long? BrokenAt, string? Unnoted = null);

/// <summary>Which versions answered for a model's bare name, as it was wanted.</summary>
/// <param name="Model">The model.</param>
/// <param name="At">When.</param>
public sealed record LiveVersions(string Model, DateTimeOffset At)
{
    /// <summary>The version that answered alone; null where several did, by split or by rule, or none.</summary>
    public int? Version => Answering is [{ Share: 1, Version: var alone }] && Rules.Count == 0 ? alone : null;

    /// <summary>Whether the model was there and not to be served.</summary>
    public bool Stopped { get; init; }

    /// <summary>The versions that answered, with the share of each; empty = none did.</summary>
    public IReadOnlyList<AnsweringVersion> Answering { get; init; } = [];

    /// <summary>The request parameter by which calls were shared out; null = one by one, or not at all.</summary>
    public string? SplitBy { get; init; }

    /// <summary>Rules that led calls before any share.</summary>
    public IReadOnlyList<LiveRule> Rules { get; init; } = [];

    /// <summary>The revision of the deployment that said so; null = nothing had ever been said.</summary>
    public int? Revision { get; init; }

    /// <summary>Of these versions, those that a server could not load after it was said: its calls stayed with what answered before, where there was something.</summary>
    public IReadOnlyList<VersionNotLoaded> NotLoaded { get; init; } = [];
}

/// <summary>A version that was wanted and did not load.</summary>
/// <param name="Version">The version.</param>
/// <param name="At">When a server first found out.</param>
/// <param name="Reason">Why.</param>
public sealed record VersionNotLoaded(int Version, DateTimeOffset At, string Reason);

/// <summary>Calls that one version answered.</summary>
/// <param name="When">What their parameters said.</param>
/// <param name="Version">The version; null = what the rule named was gone.</param>
public sealed record LiveRule(IReadOnlyDictionary<string, string> When, int? Version);

/// <summary>The messages for System.Text.Json.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UsersResponse))]
[JsonSerializable(typeof(UserRequest))]
[JsonSerializable(typeof(KeysResponse))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(AuditResponse))]
[JsonSerializable(typeof(AuditVerification))]
[JsonSerializable(typeof(LiveVersions))]
public sealed partial class AccessJson : JsonSerializerContext;
