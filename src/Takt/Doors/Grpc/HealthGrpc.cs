using Google.Protobuf;
using Takt.Doors.OpenInference.Grpc;
using Takt.Protocols.Health;
using Takt.Protocols.Problems;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Web.Access;
using Status = Takt.Protocols.Health.HealthCheckResponse.Types.ServingStatus;

namespace Takt.Doors.Grpc;

/// <summary>gRPC's own health service, which load balancers and Kubernetes ask.</summary>
sealed class HealthGrpc(DataPlane plane, TimeProvider clock)
{
    static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>Maps the service.</summary>
    public static void Map(IEndpointRouteBuilder app, long mostBytes)
    {
        var self = new HealthGrpc(app.ServiceProvider.GetRequiredService<DataPlane>(), app.ServiceProvider.GetRequiredService<TimeProvider>());
        var service = new GrpcService(app, "grpc.health.v1.Health", mostBytes, app.ServiceProvider.GetRequiredService<ILogger<HealthGrpc>>());
        service.Unary("Check", HealthCheckRequest.Parser, (request, _) => Knows(request.Service)
            ? Task.FromResult<IMessage>(new HealthCheckResponse { Status = self.Now })
            : throw new UnknownModelException(new Problem($"service '{request.Service}'", $"'' or '{OpenInferenceGrpc.Name}'"))).ForEveryone();
        service.Map("Watch", self.WatchAsync).ForEveryone();
    }

    Status Now => plane.IsReady ? Status.Serving : Status.NotServing;

    static bool Knows(string service) => service is "" or OpenInferenceGrpc.Name;

    /// <summary>The status now, and again whenever it changes, until the caller leaves or the server stops, which is the last change.</summary>
    async Task WatchAsync(GrpcCall call)
    {
        var request = await call.ReadAsync(HealthCheckRequest.Parser);
        using var timer = new PeriodicTimer(LookInterval, clock);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(call.Stop, call.ServerStop);
        Status? told = null;
        while (true)
        {
            var now = !Knows(request.Service) ? Status.ServiceUnknown : call.ServerStop.IsCancellationRequested ? Status.NotServing : Now;
            if (now != told) await call.WriteAsync(new HealthCheckResponse { Status = now });
            told = now;
            if (call.ServerStop.IsCancellationRequested) return;
            try
            {
                await timer.WaitForNextTickAsync(waiting.Token);
            }
            catch (OperationCanceledException) when (call.ServerStop.IsCancellationRequested && !call.Stop.IsCancellationRequested)
            {
                // Once more, to tell it.
            }
        }
    }
}
