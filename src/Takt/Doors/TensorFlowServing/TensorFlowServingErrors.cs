using Takt.Doors.Errors;
using Takt.Protocols.OpenInference;

namespace Takt.Doors.TensorFlowServing;

/// <summary>Failures under /v1/models: <c>{"error": text}</c>, as the Open Inference Protocol has them too.</summary>
sealed class TensorFlowServingErrors : IErrorBody
{
    public bool Speaks(HttpContext context) => context.Request.Path.StartsWithSegments("/v1/models");

    public Task WriteAsync(HttpContext context, Failure failure) =>
        context.Response.WriteAsJsonAsync(new InferError(failure.Text), OpenInferenceJson.Default.InferError, "application/json", context.RequestAborted);
}
