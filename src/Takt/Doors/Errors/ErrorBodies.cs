using Takt.Serving.Calls;
using Takt.Serving.Catalogs;

namespace Takt.Doors.Errors;

/// <summary>
/// Gives every failure the body of the protocol it happened in: exceptions of the doors as well as the bare statuses of routing (404, 405, 415).
/// An endpoint filter would miss the latter.
/// </summary>
sealed class ErrorBodies(RequestDelegate next, FailureWriter writer, ILogger<ErrorBodies> log)
{
    /// <summary>Called by the server for each request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        Failure? failure = null;
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null or 0, ContentType: null } response)
                failure = Failure.Of(response.StatusCode, context);
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            failure = Failure.Of(error, context);
            if (failure.Status >= StatusCodes.Status500InternalServerError && error is not (RefusedException or ModelUnavailableException or StatusException))   // a load that failed was told when it failed, not at each call
                log.LogError(error, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
        }

        if (failure is not null) await writer.WriteAsync(context, failure);
    }
}
