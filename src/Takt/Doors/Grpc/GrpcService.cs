using Google.Protobuf;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Takt.Doors.Grpc;

/// <summary>A gRPC service on its way to the addresses of the server: one address for each method.</summary>
/// <param name="app">Where the addresses go.</param>
/// <param name="name">Package and service: <c>inference.GRPCInferenceService</c>.</param>
/// <param name="mostBytes">Bytes that a message may have.</param>
/// <param name="log">Failures of our own.</param>
sealed class GrpcService(IEndpointRouteBuilder app, string name, long mostBytes, ILogger log)
{
    /// <summary>One message in, one out.</summary>
    public RouteHandlerBuilder Unary<TRequest>(string method, MessageParser<TRequest> parser, Func<TRequest, GrpcCall, Task<IMessage>> answer) where TRequest : class, IMessage<TRequest> =>
        Map(method, async call => call.Write(await answer(await call.ReadAsync(parser), call)));

    /// <summary>A call that reads and writes for itself: any number of messages, or a refusal in place of one.</summary>
    public RouteHandlerBuilder Map(string method, Func<GrpcCall, Task> work) => (RouteHandlerBuilder)app.MapPost($"/{name}/{method}", (HttpContext http) =>
    {
        // A stream may be silent for hours and send more in all than one request may: each message has a limit of its own.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        return GrpcCall.RunAsync(http, mostBytes, log, work);
    }).ExcludeFromDescription();
}
