using Google.Protobuf.Reflection;
using Takt.Protocols.Health;
using Takt.Protocols.OpenInference.Grpc;
using Takt.Protocols.Reflection;
using Takt.Registry.Access;
using Takt.Web.Access;
using Request = Takt.Protocols.Reflection.ServerReflectionRequest;

namespace Takt.Doors.Grpc;

/// <summary>gRPC's server reflection, in its present and its former name: what can be called, for programs such as grpcurl.</summary>
static class ReflectionGrpc
{
    static readonly FileDescriptor[] s_files = [OpenInferenceReflection.Descriptor, HealthReflection.Descriptor, ReflectionReflection.Descriptor];

    /// <summary>Maps both names.</summary>
    public static void Map(IEndpointRouteBuilder app, long mostBytes, ILogger log)
    {
        foreach (string version in (string[])["v1", "v1alpha"])
            new GrpcService(app, $"grpc.reflection.{version}.ServerReflection", mostBytes, log).Map("ServerReflectionInfo", AnswerAsync).Needs(Permissions.Read);
    }

    static async Task AnswerAsync(GrpcCall call)
    {
        await foreach (var request in call.ReadAllAsync(Request.Parser)) await call.WriteAsync(Answer(request));
    }

    static ServerReflectionResponse Answer(Request request)
    {
        var answer = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case Request.MessageRequestOneofCase.ListServices:
                answer.ListServicesResponse = new ListServiceResponse { Service = { s_files.SelectMany(f => f.Services).Select(s => new ServiceResponse { Name = s.FullName }) } };
                break;
            case Request.MessageRequestOneofCase.FileByFilename when Array.Find(s_files, f => f.Name == request.FileByFilename) is { } file:
                answer.FileDescriptorResponse = File(file);
                break;
            case Request.MessageRequestOneofCase.FileContainingSymbol when Array.Find(s_files, f => Holds(f, request.FileContainingSymbol)) is { } file:
                answer.FileDescriptorResponse = File(file);
                break;
            default:
                answer.ErrorResponse = new ErrorResponse { ErrorCode = (int)GrpcStatus.NotFound, ErrorMessage = "there is no such file, symbol or extension" };
                break;
        }

        return answer;
    }

    static FileDescriptorResponse File(FileDescriptor file) => new() { FileDescriptorProto = { file.SerializedData } };

    /// <summary>A service, a method of one, a message or an enum, by its full name.</summary>
    static bool Holds(FileDescriptor file, string symbol) =>
        file.Services.Any(s => s.FullName == symbol || s.Methods.Any(m => m.FullName == symbol))
        || file.EnumTypes.Any(e => e.FullName == symbol)
        || file.MessageTypes.Any(m => m.FullName == symbol || symbol.StartsWith(m.FullName + ".", StringComparison.Ordinal));
}
