using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;

namespace Takt.Registry.Access;

/// <summary>A key of a program.</summary>
/// <param name="Id">The part that may be shown: <c>k7f3a2c1</c>.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Permissions">What it may do.</param>
/// <param name="Models">With which models.</param>
/// <param name="PerMinute">Requests a minute at most; null = no limit.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="ExpiresAt">Until when; null = for good.</param>
/// <param name="RevokedAt">When it was taken back; null = it was not.</param>
public sealed record ApiKey(
    string Id, string Name, Permissions Permissions, ModelPatterns Models, int? PerMinute, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    internal string SecretSha256 { get; init; } = "";

    /// <summary>Whether it can be used at a moment.</summary>
    public bool IsValidAt(DateTimeOffset moment) => RevokedAt is null && (ExpiresAt is null || moment < ExpiresAt);

    /// <summary>Whether a secret is this key's.</summary>
    public bool Matches(string secret) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(ApiKeySecret.Hash(secret)), Encoding.ASCII.GetBytes(SecretSha256));
}

/// <summary>The keys of programs. A secret is shown once, when it is made; only its hash is kept.</summary>
/// <param name="database">Where they are kept.</param>
/// <param name="clock">The time.</param>
public sealed class ApiKeyStore(RegistryDatabase database, TimeProvider clock)
{
    /// <summary>All keys, revoked and expired ones too, newest first.</summary>
    public IReadOnlyList<ApiKey> List() => [.. database.Read<Row>("select * from api_key order by created_at desc, id").Select(r => r.ToKey())];

    const int LongestModels = 2000;

    /// <summary>Makes a key.</summary>
    /// <param name="name">What it is for: a program, a station.</param>
    /// <param name="permissions">What it may do.</param>
    /// <param name="models">With which models.</param>
    /// <param name="lifetime">How long; null = for good.</param>
    /// <param name="perMinute">Requests a minute at most; null = no limit.</param>
    /// <returns>The key and its text, which is nowhere else: <c>takt_ID_SECRET</c>.</returns>
    /// <exception cref="InputException">No name, no permission, administering for some models alone, more patterns than 2,000 characters hold, or a lifetime or limit that is not above 0.</exception>
    public (ApiKey Key, string Text) Create(string name, Permissions permissions, ModelPatterns models, TimeSpan? lifetime = null, int? perMinute = null)
    {
        var problems = new List<Problem>();
        if (string.IsNullOrWhiteSpace(name) || name.Length > 100) problems.Add(new Problem($"a key named '{name}'", "what it is for, in 1 to 100 characters"));
        if (permissions == Permissions.None) problems.Add(new Problem("a key that may do nothing", string.Join(", ", PermissionNames.All)));
        if (permissions.HasFlag(Permissions.Administer) && !models.AreAll)
            problems.Add(new Problem($"a key that may administer, for the models {models} alone", "one for every model", "People, keys and the audit are about all models: leave the models away, or leave out administer"));
        if (models.ToString() is { Length: > LongestModels } text) problems.Add(new Problem($"patterns of {text.Length} characters", $"at most {LongestModels} in all", "* stands for any text: press-*"));   // they are held in memory, and looked at in every call
        if (lifetime <= TimeSpan.Zero) problems.Add(new Problem($"a lifetime of {lifetime}", "more than none"));
        if (perMinute <= 0) problems.Add(new Problem($"{perMinute} requests a minute", "at least 1"));
        if (problems.Count > 0) throw new InputException(problems);

        string id = "k" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = clock.GetUtcNow();
        var key = new ApiKey(id, name.Trim(), permissions, models, perMinute, now, now + lifetime, null) { SecretSha256 = ApiKeySecret.Hash(secret) };
        database.Write((db, transaction) => db.Execute("""
            insert into api_key (id, name, secret_sha256, permissions, models, per_minute, created_at, expires_at)
            values (@Id, @Name, @SecretSha256, @permissions, @models, @PerMinute, @CreatedAt, @ExpiresAt)
            """, new { key.Id, key.Name, key.SecretSha256, permissions = permissions.ToNames(), models = models.ToString(), key.PerMinute, key.CreatedAt, key.ExpiresAt }, transaction));
        return (key, ApiKeySecret.Text(id, secret));
    }

    /// <summary>Takes a key back, for good.</summary>
    /// <exception cref="InputException">There is no such key, or it was taken back before.</exception>
    public void Revoke(string id) => database.Write((db, transaction) =>
        db.Execute("update api_key set revoked_at = @now where id = @id and revoked_at is null", new { id, now = clock.GetUtcNow() }, transaction) == 1
            ? 0
            : throw new InputException($"no key '{id}' that is in use", wayOut: NearestName.Suggest(id, [.. List().Where(k => k.RevokedAt is null).Select(k => k.Id)])));

    sealed record Row
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public string SecretSha256 { get; init; } = "";
        public string Permissions { get; init; } = "";
        public string Models { get; init; } = "";
        public int? PerMinute { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }
        public DateTimeOffset? RevokedAt { get; init; }

        public ApiKey ToKey() => new(Id, Name, PermissionNames.ParsePermissions(Permissions), ModelPatterns.Parse(Models), PerMinute, CreatedAt, ExpiresAt, RevokedAt) { SecretSha256 = SecretSha256 };
    }
}
