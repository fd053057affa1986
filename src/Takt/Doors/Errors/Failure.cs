using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Web.Access;

namespace Takt.Doors.Errors;

/// <summary>A request that got no answer: the status that every protocol shares, and what to say in its own form.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Problems">What is wrong, at least one.</param>
sealed record Failure(int Status, IReadOnlyList<Problem> Problems)
{
    /// <summary>When asking again is worth while, for the header Retry-After; null = it is not said.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the status means: <c>Not Found</c>.</summary>
    public string Title => Status == StatusCodes.Status499ClientClosedRequest ? "Client Closed Request" : ReasonPhrases.GetReasonPhrase(Status);

    /// <summary>Every problem as a sentence.</summary>
    public string Text => string.Join(' ', Problems.Take(Shown)) + (Problems.Count > Shown ? $" And {Problems.Count - Shown} more." : "");

    /// <summary>Problems that one answer shows: nobody reads more, and a million bad rows must not make a gigabyte of them.</summary>
    public const int Shown = 100;

    /// <summary>What an exception means to a caller. What is ours to repair is not told: it is in the log, under the request's id.</summary>
    /// <remarks>Where there is no model of a name, only those that the caller may know of are suggested.</remarks>
    public static Failure Of(Exception error, HttpContext context)
    {
        var failure = Meaning(error, context);
        return context.MaySeeAll() ? failure : failure with { Problems = [.. failure.Problems.Select(p => p is UnknownModelProblem unknown ? unknown.Among(context.MaySee) : p)] };
    }

    static Failure Meaning(Exception error, HttpContext context) => error switch
    {
        UnknownModelException unknown => new(StatusCodes.Status404NotFound, unknown.Problems),
        StatusException stated => stated.Failure,
        InputException input => new(StatusCodes.Status400BadRequest, input.Problems),
        QueueFullException full => new(StatusCodes.Status429TooManyRequests, [full.Problem]) { RetryAfter = full.RetryAfter },
        DeadlineException { RetryAfter: { } later } late => new(StatusCodes.Status503ServiceUnavailable, [late.Problem]) { RetryAfter = later },
        DeadlineException late => new(StatusCodes.Status504GatewayTimeout, [late.Problem]),
        DatabaseBusyException busy => new(StatusCodes.Status503ServiceUnavailable, [busy.Problem]),
        ModelUnavailableException unavailable => new(StatusCodes.Status503ServiceUnavailable, unavailable.Problems),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(context),
        BadHttpRequestException bad => new(bad.StatusCode, [new Problem("a request that HTTP does not allow", WayOut: bad.Message)]),
        OperationCanceledException when context.RequestAborted.IsCancellationRequested =>
            new(StatusCodes.Status499ClientClosedRequest, [new Problem("the caller went away")]),
        OperationCanceledException => new(StatusCodes.Status503ServiceUnavailable, [new Problem("the server is stopping", WayOut: "Ask again in a moment")]),
        _ => new(StatusCodes.Status500InternalServerError,
            [new Problem("the request failed inside the server", WayOut: $"The server's log says why, under request {context.TraceIdentifier}")]),
    };

    /// <summary>What an answer means that has a status and nothing else, as routing gives it.</summary>
    public static Failure Of(int status, HttpContext context) => status switch
    {
        StatusCodes.Status404NotFound => new(status, [new Problem($"nothing at {context.Request.Path}", WayOut: "GET /openapi lists every call there is")]),
        StatusCodes.Status405MethodNotAllowed =>
            new(status, [new Problem($"{context.Request.Method} {context.Request.Path}", $"{context.Response.Headers.Allow}")]),
        StatusCodes.Status413PayloadTooLarge => TooLarge(context),
        StatusCodes.Status415UnsupportedMediaType => WrongMediaType(context.Request.ContentType),
        StatusCodes.Status401Unauthorized => new(status, [new Problem("a request that does not say who it comes from", "a key of this server: 'Authorization: Bearer takt_…'")]),
        _ => new(status, [new Problem(string.Create(CultureInfo.InvariantCulture, $"status {status}"))]),
    };

    /// <summary>A body that is not JSON by its header.</summary>
    public static Failure WrongMediaType(string? found) => new(StatusCodes.Status415UnsupportedMediaType,
        [new Problem(string.IsNullOrEmpty(found) ? "a body without Content-Type" : $"Content-Type '{found}'", "application/json", "With curl: -H 'Content-Type: application/json'")]);

    /// <summary>A body that ended before its end, or whose frames or chunks were damaged; what is read from is the connection, so nothing of ours has failed.</summary>
    public static StatusException Broken(IOException error) => new(new Failure(StatusCodes.Status400BadRequest, [new Problem("a body that broke off", WayOut: (error.InnerException ?? error).Message)]));

    static Failure TooLarge(HttpContext context)
    {
        long? most = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        return new(StatusCodes.Status413PayloadTooLarge, [new Problem("a body larger than this server takes",
            most is null ? null : string.Create(CultureInfo.InvariantCulture, $"at most {most / 1024.0 / 1024:0.#} MiB"), "Send several smaller requests")]);
    }
}

/// <summary>Wrong input that has a status of its own.</summary>
sealed class StatusException(Failure failure) : InputException(failure.Problems)
{
    /// <summary>What is told.</summary>
    public Failure Failure => failure;
}
