using Takt.Doors.Errors;
using Takt.Doors.Requests;
using Takt.Protocols.Problems;

namespace Takt.Access;

/// <summary>
/// Refuses what another site makes a visitor's browser send: a form that posts here, or, on a server that asks nobody who they are, a foreign name that was made
/// to mean this machine (DNS rebinding).
/// </summary>
sealed class SameOrigin(RequestDelegate next, AccessDirectory directory)
{
    /// <summary>Called by the server for each request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        bool changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);
        if (changes && request.Headers.Origin is [{ } origin, ..] && !IsSame(origin, request.Host))
            throw Refused($"a request that the page of {origin} made a browser send", $"requests from {request.Host} itself", "Programs send no Origin header");
        if (directory is { ThisMachineOnly: true, IsOpen: true } && request.Host.HasValue && !ListenAddresses.IsLoopbackHost(request.Host.Host))
            throw Refused($"a request for '{request.Host.Host}'", "one for 127.0.0.1 or localhost: this server is open, and for this machine only",
                "Behind a proxy, make an account with 'takt users add' or start the server with --allow-open");
        return next(context);
    }

    static bool IsSame(string origin, HostString host) => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(host.ToUriComponent(), StringComparison.OrdinalIgnoreCase);

    static StatusException Refused(string found, string expected, string wayOut) => new(new Failure(StatusCodes.Status403Forbidden, [new Problem(found, expected, wayOut)]));
}
