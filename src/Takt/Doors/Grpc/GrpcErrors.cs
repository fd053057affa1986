using System.Globalization;
using Takt.Doors.Errors;

namespace Takt.Doors.Grpc;

/// <summary>Failures of gRPC calls that have not begun to answer: status and message in the headers, no body, HTTP 200.</summary>
sealed class GrpcErrors : IErrorBody
{
    public bool Speaks(HttpContext context) => GrpcHeaders.IsGrpc(context.Request);

    public Task WriteAsync(HttpContext context, Failure failure)
    {
        // A path that nobody answers is an unknown method, not an unknown model.
        var status = context.GetEndpoint() is null && failure.Status == StatusCodes.Status404NotFound ? GrpcStatus.Unimplemented : GrpcStatuses.Of(failure.Status);
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = GrpcHeaders.ContentType;
        response.Headers[GrpcHeaders.Status] = ((int)status).ToString(CultureInfo.InvariantCulture);
        response.Headers[GrpcHeaders.Message] = GrpcHeaders.Encode(failure.Text);
        if (status == GrpcStatus.Unimplemented) response.Headers[GrpcHeaders.AcceptEncoding] = GrpcCompression.Names;
        return Task.CompletedTask;
    }
}
