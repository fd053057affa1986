using System.Globalization;
using Takt.Serving.Calls;

namespace Takt.Doors.Errors;

/// <summary>Writes a failure in the form of the protocol that the request speaks.</summary>
sealed class FailureWriter(IEnumerable<IErrorBody> protocols)
{
    readonly IErrorBody[] _protocols = [.. protocols];

    /// <summary>Writes the whole answer.</summary>
    public async Task WriteAsync(HttpContext context, Failure failure)
    {
        context.Response.StatusCode = failure.Status;
        // Whole seconds are all that the header knows (RFC 9110, 10.2.3).
        if (failure.RetryAfter is { } later) context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(later.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (failure.Status == StatusCodes.Status499ClientClosedRequest || HttpMethods.IsHead(context.Request.Method)) return;
        await ProtocolOf(context).WriteAsync(context, failure);
    }

    IErrorBody ProtocolOf(HttpContext context) =>
        Array.Find(_protocols, p => p.Speaks(context)) ?? PlainErrors.Instance;
}

/// <summary>The answer to a call that was refused.</summary>
sealed class RefusedAnswer(RefusedException refusal) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        httpContext.RequestServices.GetRequiredService<FailureWriter>().WriteAsync(httpContext, Failure.Of(refusal, httpContext));
}
