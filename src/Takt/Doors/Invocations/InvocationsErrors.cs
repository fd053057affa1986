using System.Text.Json.Serialization;
using Takt.Doors.Errors;

namespace Takt.Doors.Invocations;

/// <summary>Failures of the scoring call: <c>{"error_code": word, "message": text}</c>, with the words of MLflow.</summary>
sealed class InvocationsErrors : IErrorBody
{
    public bool Speaks(HttpContext context) => context.Request.Path.StartsWithSegments("/invocations");

    public Task WriteAsync(HttpContext context, Failure failure) =>
        context.Response.WriteAsJsonAsync(new InvocationsError(WordOf(failure.Status), failure.Text), InvocationsJson.Default.InvocationsError, "application/json", context.RequestAborted);

    static string WordOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "UNAUTHENTICATED",
        StatusCodes.Status403Forbidden => "PERMISSION_DENIED",
        StatusCodes.Status404NotFound => "RESOURCE_DOES_NOT_EXIST",
        StatusCodes.Status429TooManyRequests => "REQUEST_LIMIT_EXCEEDED",
        StatusCodes.Status503ServiceUnavailable => "TEMPORARILY_UNAVAILABLE",
        StatusCodes.Status504GatewayTimeout => "DEADLINE_EXCEEDED",
        >= StatusCodes.Status500InternalServerError => "INTERNAL_ERROR",
        _ => "BAD_REQUEST",
    };
}

/// <summary>A scoring call that failed.</summary>
/// <param name="Code">What kind of failure it is.</param>
/// <param name="Message">What went wrong, in one text.</param>
sealed record InvocationsError([property: JsonPropertyName("error_code")] string Code, [property: JsonPropertyName("message")] string Message);

[JsonSerializable(typeof(InvocationsError))]
sealed partial class InvocationsJson : JsonSerializerContext;
