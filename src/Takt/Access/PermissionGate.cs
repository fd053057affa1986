using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Doors.Errors;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Access;
using Takt.Web.Access;
using Takt.Web.Pages;

namespace Takt.Access;

/// <summary>What an address asks for.</summary>
sealed record PermissionRequirement(Permissions Permission) : IAuthorizationRequirement;

/// <summary>Decides whether a caller may use an address, and the model that the address names.</summary>
sealed class PermissionGate : AuthorizationHandler<PermissionRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        if (Caller.Of(context.User) is not { } caller) return Task.CompletedTask;   // nobody yet: the answer is a request to sign in
        var http = context.Resource as HttpContext;
        string? model = (http?.GetRouteValue("model") ?? http?.GetRouteValue("name"))?.ToString();
        if (!caller.May(requirement.Permission))
            context.Fail(new AuthorizationFailureReason(this, $"{caller.Actor} may {caller.Permissions.ToNames()}, and this asks for {requirement.Permission.ToNames()}"));
        else if (model is not null && !caller.Models.Include(NameOf(model)))
            context.Fail(new AuthorizationFailureReason(this, AllowedModels.NotFor(caller, NameOf(model))));
        else if (!caller.Models.AreAll && http?.GetEndpoint()?.Metadata.GetMetadata<VisibleModels.EveryModel>() is not null)
            context.Fail(new AuthorizationFailureReason(this, $"{caller.Actor} may use the models {caller.Models}, and this is about all"));
        else
            context.Succeed(requirement);
        return Task.CompletedTask;
    }

    /// <summary>The name in NAME, NAME@ALIAS or NAME:VERSION; what breaks the rules stays as it is, for the door to refuse.</summary>
    static string NameOf(string reference) => reference.Split('@', ':')[0];
}

/// <summary>Tells a refused caller in the form of the protocol, or of the page, that was asked.</summary>
sealed class Refusals(AccessDirectory directory) : IAuthorizationMiddlewareResultHandler
{
    /// <summary>Where people sign in and where the first of them is made.</summary>
    public const string SignIn = "/sign-in", Setup = "/setup";

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded) return next(context);
        bool isPage = IsPage(context.Request);
        if (authorizeResult.Forbidden)
        {
            string found = authorizeResult.AuthorizationFailure?.FailureReasons.FirstOrDefault()?.Message ?? "no permission";
            return isPage
                ? new RazorComponentResult<MissingPage>(new Dictionary<string, object?> { ["Problem"] = found }) { StatusCode = StatusCodes.Status403Forbidden }.ExecuteAsync(context)
                : throw new StatusException(new Failure(StatusCodes.Status403Forbidden, [new Problem(found, WayOut: "An admin can give more: 'takt keys' and 'takt users'")]));
        }

        if (isPage)
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

    /// <summary>A person with a browser, not a program.</summary>
    static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/v1") && !request.Path.StartsWithSegments("/v2");
}

/// <summary>The same for models that a message names rather than the address.</summary>
static class AllowedModels
{
    /// <summary>The reference, if the caller may use that model.</summary>
    /// <exception cref="StatusException">It may not; status 403.</exception>
    public static ModelReference AllowedTo(this ModelReference reference, HttpContext http) =>
        http.MaySee(reference.Name) ? reference : throw new StatusException(new Failure(StatusCodes.Status403Forbidden, [new Problem(NotFor(Caller.Of(http.User)!, reference.Name))]));

    /// <summary>Why a caller may not use a model.</summary>
    internal static string NotFor(Caller caller, string model) => $"{caller.Actor} may use the models {caller.Models}, not {model}";
}
