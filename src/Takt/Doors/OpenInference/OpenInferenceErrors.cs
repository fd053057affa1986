using Takt.Doors.Errors;
using Takt.Protocols.OpenInference;

namespace Takt.Doors.OpenInference;

/// <summary>Failures under /v2: <c>{"error": text}</c>.</summary>
sealed class OpenInferenceErrors : IErrorBody
{
    public bool Speaks(HttpContext context) => context.Request.Path.StartsWithSegments("/v2");

    public Task WriteAsync(HttpContext context, Failure failure) =>
        context.Response.WriteAsJsonAsync(new InferError(failure.Text), OpenInferenceJson.Default.InferError, "application/json", context.RequestAborted);
}
