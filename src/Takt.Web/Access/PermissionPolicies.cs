using Microsoft.AspNetCore.Builder;
using Takt.Registry.Access;

namespace Takt.Web.Access;

/// <summary>Says at each address what a caller must be allowed to do; the program's gate reads it. An address that says nothing is for admins alone.</summary>
public static class PermissionPolicies
{
    /// <summary>The name of the policy that asks for a permission.</summary>
    public static string PolicyOf(Permissions permission) => permission.ToNames();

    /// <summary>Asks for a permission. Several add up; whoever may do anything may also read.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder address, Permissions permission) where TBuilder : IEndpointConventionBuilder =>
        address.RequireAuthorization(PolicyOf(permission));

    /// <summary>For everyone, signed in or not.</summary>
    public static TBuilder ForEveryone<TBuilder>(this TBuilder address) where TBuilder : IEndpointConventionBuilder => address.AllowAnonymous();
}
