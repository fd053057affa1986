namespace Takt.Doors.Errors;

/// <summary>How one protocol writes its failures.</summary>
interface IErrorBody
{
    /// <summary>Paths that begin so speak this protocol.</summary>
    PathString Prefix { get; }

    /// <summary>Writes the body; the status is already set.</summary>
    Task WriteAsync(HttpContext context, Failure failure);
}

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
            if (failure.Status >= StatusCodes.Status500InternalServerError)
                log.LogError(error, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
        }

        if (failure is null) return;
        context.Response.StatusCode = failure.Status;
        if (failure.Status == StatusCodes.Status499ClientClosedRequest || HttpMethods.IsHead(context.Request.Method)) return;
        await ProtocolOf(context).WriteAsync(context, failure);
    }

    IErrorBody ProtocolOf(HttpContext context) =>
        Array.Find(_protocols, p => context.Request.Path.StartsWithSegments(p.Prefix)) ?? PlainErrors.Instance;
}

/// <summary>Failures outside every protocol, as a line of text.</summary>
sealed class PlainErrors : IErrorBody
{
    public static readonly PlainErrors Instance = new();

    public PathString Prefix => "";

    public Task WriteAsync(HttpContext context, Failure failure)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"{failure.Title}: {failure.Text}\n");
    }
}
