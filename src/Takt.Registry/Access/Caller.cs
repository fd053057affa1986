using System.Globalization;
using System.Security.Claims;

namespace Takt.Registry.Access;

/// <summary>Who a request comes from and what it may do.</summary>
/// <param name="Actor">As the audit names it: <c>user:anna</c>, <c>key:k7f3a2c1</c>.</param>
/// <param name="Permissions">What it may do.</param>
/// <param name="Models">With which models.</param>
public sealed record Caller(string Actor, Permissions Permissions, ModelPatterns Models)
{
    const string ActorClaim = "takt:actor", PermissionsClaim = "takt:permissions", ModelsClaim = "takt:models";

    /// <summary>A server that asks nobody who they are.</summary>
    public static Caller Anyone { get; } = new("anyone", Permissions.All, ModelPatterns.Every);

    /// <summary>A signed-in person.</summary>
    public static Caller Of(Account account) => new($"user:{account.Name}", PermissionNames.Of(account.Role), ModelPatterns.Every);

    /// <summary>A program with a key.</summary>
    public static Caller Of(ApiKey key) => new($"key:{key.Id}", key.Permissions, key.Models);

    /// <summary>Reads back what <see cref="ToPrincipal"/> wrote.</summary>
    /// <returns>Null for somebody who did not identify themselves.</returns>
    public static Caller? Of(ClaimsPrincipal user) => user.Identity is CallerIdentity known ? known.Caller : user.FindFirst(ActorClaim)?.Value is { } actor
        ? new Caller(actor, (Permissions)int.Parse(user.FindFirst(PermissionsClaim)!.Value, CultureInfo.InvariantCulture), ModelPatterns.Parse(user.FindFirst(ModelsClaim)!.Value))
        : null;

    /// <summary>Whether it may do this; whoever may do anything may also read.</summary>
    public bool May(Permissions permission) => permission == Permissions.Read ? Permissions != Permissions.None : Permissions.HasFlag(permission);

    /// <summary>The caller as ASP.NET's authentication passes it along.</summary>
    /// <param name="scheme">How it identified itself.</param>
    /// <param name="name">What pages call it.</param>
    /// <param name="more">What else the scheme remembers, claim by claim.</param>
    public ClaimsPrincipal ToPrincipal(string scheme, string name, params ReadOnlySpan<Claim> more) => new(new CallerIdentity(
        this,
        [
            new(ClaimTypes.Name, name),
            new(ActorClaim, Actor),
            new(PermissionsClaim, ((int)Permissions).ToString(CultureInfo.InvariantCulture)),
            new(ModelsClaim, Models.ToString()),
            .. more,
        ], scheme));

    /// <summary>Remembers whose claims these are; what comes back from a cookie has the claims alone.</summary>
    sealed class CallerIdentity(Caller caller, Claim[] claims, string scheme) : ClaimsIdentity(claims, scheme)
    {
        public Caller Caller => caller;
    }
}
