using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Takt.Registry.Access;

namespace Takt.Access;

/// <summary>Programs identify themselves with <c>Authorization: Bearer takt_…</c> or <c>X-API-Key: takt_…</c>.</summary>
sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, AccessDirectory directory, TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string SchemeName = "key";
    const string Bearer = "Bearer ";

    /// <summary>The key that a request shows, or null if it shows none.</summary>
    public static string? TextOf(HttpRequest request)
    {
        if (request.Headers["X-API-Key"] is [{ } given, ..]) return given;
        return request.Headers.Authorization is [{ } header, ..] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TextOf(Request) is not { } text) return Task.FromResult(AuthenticateResult.NoResult());
        if (ApiKeySecret.Parse(text) is not var (id, secret) || directory.Key(id) is not { } key || !key.Matches(secret)) return Refused("a key that nobody was given");
        if (!key.IsValidAt(clock.GetUtcNow())) return Refused(key.RevokedAt is null ? "a key that has expired" : "a key that was taken back");
        Context.Features.Set(key);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(Caller.Of(key).ToPrincipal(SchemeName, key.Name), SchemeName)));
    }

    Task<AuthenticateResult> Refused(string why)
    {
        Context.Features.Set(new RefusedKey(why));
        return Task.FromResult(AuthenticateResult.Fail(why));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}

/// <summary>Why the key of a request counts for nothing.</summary>
sealed record RefusedKey(string Why);
