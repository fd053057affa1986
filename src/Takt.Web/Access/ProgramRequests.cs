using Microsoft.AspNetCore.Http;

namespace Takt.Web.Access;

/// <summary>Tells requests of programs from those of people with a browser.</summary>
public static class ProgramRequests
{
    /// <summary>Whether a request is for one of the interfaces of programs, over HTTP or gRPC, whoever sends it.</summary>
    public static bool IsOfProgram(this HttpRequest request) =>
        request.Path.StartsWithSegments("/v2") || request.Path.StartsWithSegments("/api") || request.Path.StartsWithSegments("/v1") || request.Path.StartsWithSegments("/invocations")
        || request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Whether a person with a browser waits for a page.</summary>
    public static bool IsOfPerson(this HttpRequest request) => !request.IsOfProgram() && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
