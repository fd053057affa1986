using Microsoft.AspNetCore.Authorization;
using Takt.Doors.Errors;
using Takt.Protocols.Problems;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Access;

/// <summary>
/// Lets a request pass if its caller may use the address, and the model that the address names; tells anybody else why not, in the form of the protocol, or of the page, that was asked.
/// The framework's policies would do the same, at a cost that shows in every small call.
/// </summary>
sealed class PermissionGate(RequestDelegate next, AccessDirectory directory)
{
    /// <summary>Where people sign in and where the first of them is made.</summary>
    public const string SignIn = "/sign-in", Setup = "/setup";

    /// <summary>Called by the server for each request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var address = context.GetEndpoint();
        if (address?.Metadata.GetMetadata<IAllowAnonymous>() is not null) return next(context);
        if (Caller.Of(context.User) is not { } caller) return AskWhoItIsAsync(context);
        if (address is not RouteEndpoint) return next(context);   // nothing is there, or not for this verb or media type: routing's own answer tells more than a refusal
        return Obstacle(caller, context, address) is { } found ? throw Refusal(found) : next(context);
    }

    /// <summary>Why a caller may not use an address; null = it may.</summary>
    static string? Obstacle(Caller caller, HttpContext context, Endpoint address)
    {
        var needed = address.NeededPermissionsOf();
        if (needed.Count == 0 && !caller.May(Permissions.Administer)) return Lacks(caller, Permissions.Administer);
        for (int i = 0; i < needed.Count; i++)
            if (!caller.May(needed[i].Permission))
                return Lacks(caller, needed[i].Permission);

        if (caller.Models.AreAll) return null;
        string? model = (context.GetRouteValue("model") ?? context.GetRouteValue("name"))?.ToString();
        if (model is not null && !caller.Models.Include(NameOf(model))) return AllowedModels.NotFor(caller, NameOf(model));
        return address.Metadata.GetMetadata<VisibleModels.EveryModel>() is null ? null : $"{caller.Actor} may use the models {caller.Models}, and this is about all";
    }

    static string Lacks(Caller caller, Permissions permission) => $"{caller.Actor} may {caller.Permissions.ToNames()}, and this asks for {permission.ToNames()}";

    /// <summary>The name in NAME, NAME@ALIAS or NAME:VERSION; what breaks the rules stays as it is, for the door to refuse.</summary>
    static string NameOf(string reference) => reference.Split('@', ':')[0];

    static StatusException Refusal(string found) => new(new Failure(StatusCodes.Status403Forbidden, [new Problem(found, WayOut: "An admin can give more: 'takt keys' and 'takt users'")]));

    Task AskWhoItIsAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) && context.Request.IsOfPerson())
        {
            context.Response.Redirect(directory.NeedsSetup ? Setup : $"{SignIn}?back={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
            return Task.CompletedTask;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        string? why = context.Features.Get<RefusedKey>()?.Why;
        throw new StatusException(new Failure(StatusCodes.Status401Unauthorized, [directory.NeedsSetup
            ? new Problem("a server without any account", "an administrator", $"Open {Setup} in a browser; the code is in the server's log")
            : new Problem(why ?? "a request that does not say who it comes from", "a key of this server: 'Authorization: Bearer takt_…'", "An admin makes one with 'takt keys create'")]));
    }
}
