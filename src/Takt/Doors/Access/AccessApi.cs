using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Access;
using Takt.Doors.Bodies;
using Takt.Doors.Descriptions;
using Takt.Protocols.Access;
using Takt.Protocols.Problems;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Doors.Access;

/// <summary>Accounts, keys and the audit, for admins.</summary>
static class AccessApi
{
    const int MostEntries = 1000;

    /// <summary>Maps the calls under /api/users, /api/keys and /api/audit.</summary>
    public static void MapAccessApi(this IEndpointRouteBuilder app)
    {
        var users = app.MapGroup("/api/users").WithTags("Access").Needs(Permissions.Administer).TellsOfEveryModel();
        users.MapGet("", (ModelRegistry registry) => TypedResults.Ok(new UsersResponse([.. registry.Accounts.List().Select(ToMessage)]))).WithSummary("The people who may sign in");
        users.MapPost("", AddUserAsync).WithSummary("Add somebody").Accepts<UserRequest>("application/json").Fails(400, 415);
        users.MapDelete("/{user}", RemoveUser).WithSummary("Remove somebody; their sign-ins end").Fails(400);

        var keys = app.MapGroup("/api/keys").WithTags("Access").Needs(Permissions.Administer).TellsOfEveryModel();
        keys.MapGet("", (ModelRegistry registry) => TypedResults.Ok(new KeysResponse([.. registry.Keys.List().Select(ToMessage)]))).WithSummary("The keys of programs, without their secrets");
        keys.MapPost("", CreateKeyAsync).WithSummary("Make a key; its text is in this answer and nowhere else").Accepts<KeyRequest>("application/json").Fails(400, 415);
        keys.MapDelete("/{key}", RevokeKey).WithSummary("Take a key back, for good").Fails(400);

        var audit = app.MapGroup("/api/audit").WithTags("Access").Needs(Permissions.Administer);
        audit.MapGet("", ListAudit).WithSummary("Who did what, newest first").WithDescription($"?subject=press: only about that; ?before=ID pages on; ?limit=N, 1 to {MostEntries}, default 100.").TellsOfEveryModel().Fails(400);
        audit.MapGet("/verification", Verify).WithSummary("Recompute the chain of hashes").TellsOfEveryModel();
        audit.MapGet("/live/{model}", LiveAt).WithSummary("Which versions answered for a model's bare name at a time, as it was wanted").WithDescription("?at=2026-03-01T12:00:00Z; default now.").Fails(400);
    }

    static async Task<Created<UserSummary>> AddUserAsync(HttpRequest http, ModelRegistry registry, AccessDirectory directory, CancellationToken stop)
    {
        var fields = new JsonFields(await JsonBody.ReadAsync(http, stop), "name", "password", "role");
        string name = fields.Text("name", "the name to sign in with"), password = fields.Text("password", "the first password"), role = fields.Text("role", string.Join(", ", PermissionNames.Roles));
        fields.Finish();
        var account = registry.Accounts.Add(name, password, PermissionNames.ParseRole(role));
        directory.Refresh();
        return TypedResults.Created($"/api/users/{name}", ToMessage(account));
    }

    static NoContent RemoveUser(string user, ModelRegistry registry, AccessDirectory directory)
    {
        registry.Accounts.Remove(user);
        directory.Refresh();
        return TypedResults.NoContent();
    }

    static async Task<Created<NewKey>> CreateKeyAsync(HttpRequest http, ModelRegistry registry, AccessDirectory directory, CancellationToken stop)
    {
        var fields = new JsonFields(await JsonBody.ReadAsync(http, stop), "name", "permissions", "models", "days", "perMinute");
        string name = fields.Text("name", "what the key is for"), permissions = fields.Text("permissions", string.Join(' ', PermissionNames.All));
        string? models = fields.OptionalText("models", "patterns such as \"press-* oven\"");
        int? days = fields.OptionalNumber("days", "how long it is valid"), perMinute = fields.OptionalNumber("perMinute", "requests a minute at most");
        fields.Finish();
        var (key, text) = registry.Keys.Create(
            name, PermissionNames.ParsePermissions(permissions), ModelPatterns.Parse(models ?? ""), days is { } lifetime ? TimeSpan.FromDays(lifetime) : null, perMinute);
        directory.Refresh();
        return TypedResults.Created($"/api/keys/{key.Id}", new NewKey(ToMessage(key), text));
    }

    static NoContent RevokeKey(string key, ModelRegistry registry, AccessDirectory directory)
    {
        registry.Keys.Revoke(key);
        directory.Refresh();
        return TypedResults.NoContent();
    }

    static Ok<AuditResponse> ListAudit(ModelRegistry registry, string? subject, long? before, int limit = 100) => limit is >= 1 and <= MostEntries
        ? TypedResults.Ok(new AuditResponse([.. registry.Audit.List(limit, before, subject).Select(e => new AuditLine(e.Id, e.At, e.Actor, e.Kind, e.Subject, e.Detail, e.Hash))]))
        : throw new InputException($"limit={limit}", $"1 to {MostEntries}");

    static Ok<AuditVerification> Verify(ModelRegistry registry)
    {
        var report = registry.Audit.Verify();
        return TypedResults.Ok(new AuditVerification(report.IsWhole, report.Entries, report.Head, report.BrokenAt, report.Unnoted));
    }

    static Ok<LiveVersions> LiveAt(string model, DateTimeOffset? at, ModelRegistry registry, TimeProvider clock) => TypedResults.Ok(registry.Audit.LiveAt(model, at ?? clock.GetUtcNow()));

    static UserSummary ToMessage(Account account) => new(account.Name, account.Role.ToName(), account.CreatedAt);

    static KeySummary ToMessage(ApiKey key) => new(key.Id, key.Name, key.Permissions.ToNames(), key.Models.ToString(), key.PerMinute, key.CreatedAt, key.ExpiresAt, key.RevokedAt);
}
