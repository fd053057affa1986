using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Takt.Registry.Access;

namespace Takt.Web.Access;

/// <summary>Says at each address what a caller must be allowed to do; the program's gate reads it. An address that says nothing is for admins alone.</summary>
public static class NeededPermissions
{
    /// <summary>Asks for a permission. Several add up; whoever may do anything may also read.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder address, Permissions permission) where TBuilder : IEndpointConventionBuilder => address.WithMetadata(new Needed(permission));

    /// <summary>For everyone, signed in or not.</summary>
    public static TBuilder ForEveryone<TBuilder>(this TBuilder address) where TBuilder : IEndpointConventionBuilder => address.AllowAnonymous();

    /// <summary>What an address asks for, the group's wish before its own; empty = it says nothing.</summary>
    public static IReadOnlyList<Needed> NeededPermissionsOf(this Endpoint address) => address.Metadata.GetOrderedMetadata<Needed>();

    /// <summary>One wish.</summary>
    public sealed record Needed(Permissions Permission);
}
