using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Takt.Doors.Grpc;
using Takt.Registry.Access;
using Takt.Serving.Traces;
using Takt.Web.Access;

namespace Takt.Doors.Requests;

/// <summary>
/// The door's span around the calls of a request, over HTTP and gRPC alike: it joins the caller's trace (W3C Trace Context: <c>traceparent</c> and <c>tracestate</c>),
/// and the answer's <c>traceparent</c> tells under which ids to look for it.
/// </summary>
sealed class DoorTraces(RequestDelegate next, Tracing tracing, TimeProvider clock)
{
    const string Parent = "traceparent", State = "tracestate";

    /// <summary>Called by the server for each request.</summary>
    public Task InvokeAsync(HttpContext context) => tracing.IsOn && AsksModels(context) ? TraceAsync(context) : next(context);

    async Task TraceAsync(HttpContext context)
    {
        var request = context.Request;
        _ = ActivityContext.TryParse(request.Headers[Parent], request.Headers[State], isRemote: true, out var caller);
        var trace = RequestTrace.Current = new RequestTrace(NameOf(context), caller, clock.GetUtcNow());
        context.Response.OnStarting(() =>
        {
            if (trace.Span?.Id is { } id) context.Response.Headers[Parent] = id;
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
        }
        finally
        {
            tracing.Refused(trace);
            if (trace.Span is { } span) End(span, context);
        }
    }

    static void End(Activity span, HttpContext context)
    {
        span.SetTag("url.path", context.Request.Path.Value);
        span.SetTag("takt.request.id", context.TraceIdentifier);
        if (GrpcHeaders.IsGrpc(context.Request))
        {
            span.SetTag("rpc.system", "grpc");
            string? status = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers[GrpcHeaders.Status].FirstOrDefault() ?? context.Response.Headers[GrpcHeaders.Status].FirstOrDefault();
            if (int.TryParse(status, CultureInfo.InvariantCulture, out int code))
            {
                span.SetTag("rpc.grpc.status_code", code);
                if ((GrpcStatus)code is not (GrpcStatus.Ok or GrpcStatus.InvalidArgument or GrpcStatus.NotFound)) span.SetStatus(ActivityStatusCode.Error);
            }
        }
        else
        {
            span.SetTag("http.request.method", context.Request.Method);
            span.SetTag("http.route", RouteOf(context));
            span.SetTag("http.response.status_code", context.Response.StatusCode);
            if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError) span.SetStatus(ActivityStatusCode.Error);
        }

        var around = Activity.Current;
        span.Dispose();
        Activity.Current = around;
    }

    /// <summary>Whether an address is one that models answer at.</summary>
    static bool AsksModels(HttpContext context) => context.GetEndpoint()?.NeededPermissionsOf().Any(needed => needed.Permission == Permissions.Predict) == true;

    static string NameOf(HttpContext context) => GrpcHeaders.IsGrpc(context.Request) ? context.Request.Path.Value![1..] : $"{context.Request.Method} {RouteOf(context)}";

    static string? RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
}
