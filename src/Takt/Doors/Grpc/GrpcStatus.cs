namespace Takt.Doors.Grpc;

/// <summary>How a gRPC call ended; the numbers are the protocol's.</summary>
enum GrpcStatus
{
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}

static class GrpcStatuses
{
    /// <summary>What an HTTP status of ours means to a gRPC client.</summary>
    public static GrpcStatus Of(int httpStatus) => httpStatus switch
    {
        StatusCodes.Status401Unauthorized => GrpcStatus.Unauthenticated,
        StatusCodes.Status403Forbidden => GrpcStatus.PermissionDenied,
        StatusCodes.Status404NotFound => GrpcStatus.NotFound,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => GrpcStatus.ResourceExhausted,
        StatusCodes.Status499ClientClosedRequest => GrpcStatus.Cancelled,
        StatusCodes.Status405MethodNotAllowed or StatusCodes.Status415UnsupportedMediaType or StatusCodes.Status501NotImplemented => GrpcStatus.Unimplemented,
        >= StatusCodes.Status400BadRequest and < StatusCodes.Status500InternalServerError => GrpcStatus.InvalidArgument,
        StatusCodes.Status503ServiceUnavailable => GrpcStatus.Unavailable,
        StatusCodes.Status504GatewayTimeout => GrpcStatus.DeadlineExceeded,
        _ => GrpcStatus.Internal,
    };
}
