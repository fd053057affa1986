using System.Globalization;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;

namespace Takt.Doors.Errors;

/// <summary>
/// Gives every failure the body of the protocol it happened in: exceptions of the doors as well as the bare statuses of routing (404, 405, 415).
/// An endpoint filter would miss the latter.
/// </summary>
sealed class ErrorBodies(RequestDelegate next, IEnumerable<IErrorBody> protocols, ILogger<ErrorBodies> log)
{
    readonly IErrorBody[] _protocols = [.. protocols];

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

        if (failure is null) return;
        context.Response.StatusCode = failure.Status;
        // Whole seconds are all that the header knows (RFC 9110, 10.2.3).
        if (failure.RetryAfter is { } later) context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(later.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (failure.Status == StatusCodes.Status499ClientClosedRequest || HttpMethods.IsHead(context.Request.Method)) return;
        await ProtocolOf(context).WriteAsync(context, failure);
    }

    IErrorBody ProtocolOf(HttpContext context) =>
        Array.Find(_protocols, p => p.Speaks(context)) ?? PlainErrors.Instance;
}
