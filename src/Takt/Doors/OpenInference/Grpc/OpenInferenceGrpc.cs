using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Takt.Access;
using Takt.Doors.Errors;
using Takt.Doors.Grpc;
using Takt.Doors.Requests;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.OpenInference.Grpc;
using Takt.Protocols.Requests;
using Takt.Registry.Access;
using Takt.Serving.Calls;
using Takt.Serving.Planes;
using Takt.Web.Access;
using Messages = Takt.Protocols.OpenInference.Grpc;

namespace Takt.Doors.OpenInference.Grpc;

/// <summary>The Open Inference Protocol v2 over gRPC, with the calls that Triton adds.</summary>
sealed class OpenInferenceGrpc(DataPlane plane, ModelFacts facts, ServerSettings settings, StreamGate gate, ILogger<OpenInferenceGrpc> log)
{
    /// <summary>The service's name.</summary>
    public const string Name = "inference.GRPCInferenceService";

    /// <summary>Maps the service.</summary>
    public static void Map(IEndpointRouteBuilder app, long mostBytes)
    {
        var self = ActivatorUtilities.CreateInstance<OpenInferenceGrpc>(app.ServiceProvider);
        var service = new GrpcService(app, Name, mostBytes, app.ServiceProvider.GetRequiredService<ILogger<OpenInferenceGrpc>>());
        service.Unary("ServerLive", ServerLiveRequest.Parser, (_, _) => Answer(new ServerLiveResponse { Live = true })).ForEveryone();
        service.Unary("ServerReady", ServerReadyRequest.Parser, (_, _) => Answer(new ServerReadyResponse { Ready = self.IsReady })).ForEveryone();
        service.Unary("ServerMetadata", ServerMetadataRequest.Parser, (_, _) => Answer(ServerMetadata())).Needs(Permissions.Read);
        service.Unary("ModelReady", ModelReadyRequest.Parser, self.ModelReadyAsync).Needs(Permissions.Read);
        service.Unary("ModelMetadata", ModelMetadataRequest.Parser, self.ModelMetadataAsync).Needs(Permissions.Read);
        service.Unary("ModelConfig", ModelConfigRequest.Parser, self.ModelConfigAsync).Needs(Permissions.Read);
        service.Unary("ModelStatistics", ModelStatisticsRequest.Parser, self.ModelStatisticsAsync).Needs(Permissions.Read);
        service.Unary("RepositoryIndex", RepositoryIndexRequest.Parser, self.RepositoryIndexAsync).Needs(Permissions.Read);
        service.Unary("RepositoryModelLoad", RepositoryModelLoadRequest.Parser, async (request, call) =>
        {
            RepositoryTerms.CheckName(request.RepositoryName);
            RepositoryTerms.CheckLoad(request.Parameters.Keys);
            await self._facts.ServeAsync(Reference(request.ModelName, "", call).Name, serve: true, call.Stop);
            return new RepositoryModelLoadResponse();
        }).Needs(Permissions.Manage);
        service.Unary("RepositoryModelUnload", RepositoryModelUnloadRequest.Parser, async (request, call) =>
        {
            RepositoryTerms.CheckName(request.RepositoryName);
            await self._facts.ServeAsync(Reference(request.ModelName, "", call).Name, serve: false, call.Stop);
            return new RepositoryModelUnloadResponse();
        }).Needs(Permissions.Manage);
        service.Unary("TraceSetting", TraceSettingRequest.Parser, self.TraceSettingAsync).Needs(Permissions.Manage);
        service.Unary("LogSettings", LogSettingsRequest.Parser, (request, call) => Answer(self.LogSettings(request, call))).Needs(Permissions.Manage);
        service.Map("ModelInfer", self.InferAsync).Needs(Permissions.Predict);
        service.Map("ModelStreamInfer", self.InferStreamAsync).Needs(Permissions.Predict);
    }

    readonly ModelFacts _facts = facts;

    bool IsReady => plane.IsReady;

    static ServerMetadataResponse ServerMetadata() => new() { Name = "takt", Version = OpenInferenceApi.Version, Extensions = { ModelFacts.Extensions } };

    async Task<IMessage> ModelReadyAsync(ModelReadyRequest request, GrpcCall call)
    {
        await plane.DescribeAsync(Reference(request.Name, request.Version, call), call.Stop);
        return new ModelReadyResponse { Ready = true };
    }

    async Task<IMessage> ModelMetadataAsync(ModelMetadataRequest request, GrpcCall call)
    {
        var found = await _facts.MetadataAsync(Reference(request.Name, request.Version, call), call.Stop);
        return new ModelMetadataResponse
        {
            Name = found.Name, Versions = { found.Versions }, Platform = found.Platform, Properties = { found.Properties.ToDictionary() },
            Inputs = { found.Inputs.Select(ToMessage) }, Outputs = { found.Outputs.Select(ToMessage) },
        };
    }

    async Task<IMessage> ModelConfigAsync(ModelConfigRequest request, GrpcCall call)
    {
        var found = await _facts.ConfigurationAsync(Reference(request.Name, request.Version, call), call.Stop);
        var config = new ModelConfig
        {
            Name = found.Name, Platform = found.Platform, Backend = found.Backend, MaxBatchSize = found.MaxBatchSize,
            Input = { found.Input.Select(t => new ModelInput { Name = t.Name, DataType = TypeOf(t), Dims = { t.Dims } }) },
            Output = { found.Output.Select(t => new ModelOutput { Name = t.Name, DataType = TypeOf(t), Dims = { t.Dims } }) },
            ModelTransactionPolicy = new ModelTransactionPolicy { Decoupled = found.ModelTransactionPolicy.Decoupled },
        };
        if (found.DynamicBatching is { } batching) config.DynamicBatching = new ModelDynamicBatching { MaxQueueDelayMicroseconds = (ulong)batching.MaxQueueDelayMicroseconds };
        return new ModelConfigResponse { Config = config };

        // TYPE_FP32 is TypeFp32 to the generated code.
        static DataType TypeOf(ConfiguredTensor tensor) => Enum.Parse<DataType>(tensor.DataType.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
    }

    async Task<IMessage> ModelStatisticsAsync(ModelStatisticsRequest request, GrpcCall call)
    {
        var found = await _facts.StatisticsAsync(request.Name.Length == 0 ? null : Reference(request.Name, request.Version, call), call.Http.MaySee, call.Stop);
        return new ModelStatisticsResponse { ModelStats = { found.ModelStats.Select(ToMessage) } };
    }

    async Task<IMessage> RepositoryIndexAsync(RepositoryIndexRequest request, GrpcCall call)
    {
        RepositoryTerms.CheckName(request.RepositoryName);
        var found = await _facts.IndexAsync(request.Ready, call.Http.MaySee, call.Stop);
        return new RepositoryIndexResponse { Models = { found.Select(m => new RepositoryIndexResponse.Types.ModelIndex { Name = m.Name, Version = m.Version, State = m.State, Reason = m.Reason }) } };
    }

    /// <summary>A request without settings reads; a setting without a value is cleared.</summary>
    async Task<IMessage> TraceSettingAsync(TraceSettingRequest request, GrpcCall call)
    {
        string? model = request.ModelName.Length == 0 ? null : Reference(request.ModelName, "", call).Name;
        var wanted = request.Settings.ToDictionary(s => s.Key, s => s.Value.Value.Count == 0 ? null : (IReadOnlyList<string>?)s.Value.Value);
        var held = wanted.Count == 0 ? await settings.TraceAsync(model, call.Stop) : await settings.SetTraceAsync(call.Http, model, wanted, call.Stop);
        var response = new TraceSettingResponse();
        foreach (var (name, values) in held) response.Settings[name] = new TraceSettingResponse.Types.SettingValue { Value = { values } };
        return response;
    }

    /// <summary>A request without settings reads.</summary>
    LogSettingsResponse LogSettings(LogSettingsRequest request, GrpcCall call)
    {
        var wanted = new JsonObject();
        foreach (var (name, value) in request.Settings)
            wanted[name] = value.ParameterChoiceCase switch
            {
                LogSettingsRequest.Types.SettingValue.ParameterChoiceOneofCase.BoolParam => value.BoolParam,
                LogSettingsRequest.Types.SettingValue.ParameterChoiceOneofCase.Uint32Param => (int)Math.Min(value.Uint32Param, int.MaxValue),
                LogSettingsRequest.Types.SettingValue.ParameterChoiceOneofCase.StringParam => value.StringParam,
                _ => null,
            };
        var response = new LogSettingsResponse();
        foreach (var (name, value) in wanted.Count == 0 ? settings.Log() : settings.SetLog(call.Http, wanted))
            response.Settings[name] = value!.GetValueKind() switch
            {
                JsonValueKind.String => new() { StringParam = value.GetValue<string>() },
                JsonValueKind.Number => new() { Uint32Param = (uint)value.GetValue<int>() },
                _ => new() { BoolParam = value.GetValue<bool>() },
            };
        return response;
    }

    async Task InferAsync(GrpcCall call)
    {
        var request = await call.ReadAsync(ModelInferRequest.Parser);
        var context = Context(request, call);
        var (answer, refusal) = await plane.TryInferAsync(context, GrpcTensors.Read(request), Wanted(request));
        if (answer is null)
        {
            call.Refuse(refusal!);
            return;
        }

        AnsweredCall.Note(call.Http, answer.Model, answer.Version, answer.Times);
        call.Write(await ToMessageAsync(answer, request, call));
    }

    /// <summary>Request by request on one stream. What is wrong with one is told in its answer; the stream goes on, unless its caller is not known any more.</summary>
    async Task InferStreamAsync(GrpcCall call)
    {
        using var watch = gate.Follow(call.Http, call.Stop);
        try
        {
            await InferStreamAsync(call, watch.Stop);
        }
        catch (OperationCanceledException) when (watch.Lost is not null)
        {
            throw watch.Lost;
        }
    }

    async Task InferStreamAsync(GrpcCall call, CancellationToken stop)
    {
        bool isFirst = true;
        await foreach (var request in call.ReadAllAsync(ModelInferRequest.Parser, stop))
        {
            gate.CheckKnown(call.Http);
            try
            {
                if (!isFirst) gate.Count(call.Http);
                isFirst = false;
                await foreach (var answer in plane.InferStreamAsync(Context(request, call) with { Stop = stop }, GrpcTensors.Read(request), Wanted(request)).WithCancellation(stop))
                {
                    stop.ThrowIfCancellationRequested();
                    await call.WriteAsync(new ModelStreamInferResponse { InferResponse = await ToMessageAsync(answer, request, call) });
                }

                if (request.Parameters.TryGetValue("triton_enable_empty_final_response", out var wanted) && wanted.BoolParam)
                    await call.WriteAsync(new ModelStreamInferResponse
                    {
                        InferResponse = new ModelInferResponse { ModelName = request.ModelName, Id = request.Id, Parameters = { ["triton_final_response"] = new InferParameter { BoolParam = true } } },
                    });
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                var failure = Failure.Of(error, call.Http);
                if (failure.Status >= StatusCodes.Status500InternalServerError && error is not RefusedException) log.LogError(error, "A request of a stream to {Model} failed, under request {Id}", request.ModelName, call.Http.TraceIdentifier);
                await call.WriteAsync(new ModelStreamInferResponse { ErrorMessage = failure.Text, InferResponse = new ModelInferResponse { Id = request.Id } });
            }
        }
    }

    static CallContext Context(ModelInferRequest request, GrpcCall call)
    {
        var context = CallContexts.Of(call.Http, Reference(request.ModelName, request.ModelVersion, call), request.Id.Length == 0 ? null : request.Id, RequestDoors.Grpc, GrpcTensors.Read(request.Parameters));
        return context.Within(call.Timeout) with { Stop = call.Stop };
    }

    static string[]? Wanted(ModelInferRequest request) => request.Outputs.Count == 0 ? null : [.. request.Outputs.Select(o => o.Name)];

    static ModelReference Reference(string name, string version, GrpcCall call) => ModelReference.Parse(name, version.Length == 0 ? null : version).AllowedTo(call.Http);

    async ValueTask<ModelInferResponse> ToMessageAsync(InferAnswer answer, ModelInferRequest request, GrpcCall call)
    {
        RequestedOutput[]? wanted = request.Outputs.All(o => o.Parameters.Count == 0) ? null : [.. request.Outputs.Select(o => new RequestedOutput(o.Name, GrpcTensors.Read(o.Parameters)))];
        var outputs = await Classification.ApplyAsync(answer, wanted, plane, call.Stop);
        var response = new ModelInferResponse { ModelName = answer.Model, ModelVersion = answer.Version, Id = request.Id };
        GrpcTensors.Write(outputs, response, raw: request.RawInputContents.Count > 0);
        return response;
    }

    static ModelMetadataResponse.Types.TensorMetadata ToMessage(TensorMetadata tensor) => new() { Name = tensor.Name, Datatype = tensor.Type.WireName(), Shape = { tensor.Shape } };

    static Messages.ModelStatistics ToMessage(Takt.Protocols.OpenInference.ModelStatistics s) => new()
    {
        Name = s.Name, Version = s.Version, LastInference = (ulong)s.LastInference, InferenceCount = (ulong)s.InferenceCount, ExecutionCount = (ulong)s.ExecutionCount,
        InferenceStats = new InferStatistics
        {
            Success = Sum(s.InferenceStats.Success), Fail = Sum(s.InferenceStats.Fail), Queue = Sum(s.InferenceStats.Queue),
            ComputeInput = Sum(s.InferenceStats.ComputeInput), ComputeInfer = Sum(s.InferenceStats.ComputeInfer), ComputeOutput = Sum(s.InferenceStats.ComputeOutput),
            CacheHit = Sum(s.InferenceStats.CacheHit), CacheMiss = Sum(s.InferenceStats.CacheMiss),
        },
        BatchStats =
        {
            s.BatchStats.Select(b => new InferBatchStatistics
            {
                BatchSize = (ulong)b.BatchSize, ComputeInput = Sum(b.ComputeInput), ComputeInfer = Sum(b.ComputeInfer), ComputeOutput = Sum(b.ComputeOutput),
            }),
        },
        MemoryUsage = { s.MemoryUsage.Select(m => new Messages.MemoryUsage { Type = m.Type, Id = m.Id, ByteSize = (ulong)m.ByteSize }) },
    };

    static Messages.StatisticDuration Sum(Takt.Protocols.OpenInference.StatisticDuration sum) => new() { Count = (ulong)sum.Count, Ns = (ulong)sum.Ns };

    static Task<IMessage> Answer(IMessage message) => Task.FromResult(message);
}
