using System.Text.Json.Serialization;
using Takt.Protocols.Problems;

namespace Takt.Doors.Errors;

/// <summary>Failures under /api: RFC 9457 problem details that also carry each problem on its own.</summary>
sealed class ProblemErrors : IErrorBody
{
    public bool Speaks(HttpContext context) => context.Request.Path.StartsWithSegments("/api");

    public Task WriteAsync(HttpContext context, Failure failure)
    {
        var body = new ProblemBody("about:blank", failure.Title, failure.Status, failure.Text, context.Request.Path,
            [.. failure.Problems.Take(Failure.Shown)], context.TraceIdentifier);
        return context.Response.WriteAsJsonAsync(body, ProblemJson.Default.ProblemBody, "application/problem+json", context.RequestAborted);
    }
}

/// <summary>A failure: RFC 9457 problem details, with each problem on its own.</summary>
/// <param name="Type">Always <c>about:blank</c>: the status says what kind of failure it is.</param>
/// <param name="Title">What the status means.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">Every problem as a sentence.</param>
/// <param name="Instance">The path that was asked.</param>
/// <param name="Problems">Each problem: found, expected, wayOut, where; the first hundred.</param>
/// <param name="RequestId">The request's id in the server's log.</param>
sealed record ProblemBody(
    string Type, string Title, int Status, string Detail, string? Instance, IReadOnlyList<Problem> Problems, string RequestId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemBody))]
sealed partial class ProblemJson : JsonSerializerContext;
