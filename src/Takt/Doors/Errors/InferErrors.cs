using Takt.Protocols.OpenInference;

namespace Takt.Doors.Errors;

/// <summary>Failures as <c>{"error": text}</c>: of the Open Inference Protocol and of TensorFlow Serving.</summary>
/// <param name="path">Where the protocol is spoken.</param>
sealed class InferErrors(string path) : IErrorBody
{
    public bool Speaks(HttpContext context) => context.Request.Path.StartsWithSegments(path);

    public Task WriteAsync(HttpContext context, Failure failure) =>
        context.Response.WriteAsJsonAsync(new InferError(failure.Text), OpenInferenceJson.Default.InferError, "application/json", context.RequestAborted);
}
