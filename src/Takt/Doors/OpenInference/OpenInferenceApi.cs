using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Access;
using Takt.Doors.Bodies;
using Takt.Doors.Descriptions;
using Takt.Doors.Errors;
using Takt.Doors.Requests;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Registry.Access;
using Takt.Serving.Planes;
using Takt.Web.Access;

namespace Takt.Doors.OpenInference;

/// <summary>The Open Inference Protocol v2 over HTTP: how Triton, KServe and MLServer are spoken to. A version is a number or an alias.</summary>
static class OpenInferenceApi
{
    /// <summary>Name of this server's version on every wire.</summary>
    public static string Version { get; } =
        typeof(OpenInferenceApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Maps the protocol's calls under /v2.</summary>
    public static void MapOpenInferenceApi(this IEndpointRouteBuilder app)
    {
        var log = app.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OpenInferenceApi));
        var v2 = app.MapGroup("/v2").WithTags("Open Inference Protocol").Needs(Permissions.Read);
        v2.MapGet("", Server).WithSummary("Name, version and extensions of this server");
        v2.MapGet("/health/live", () => TypedResults.Ok(new ServerLive(true))).WithSummary("Does the server run?").ForEveryone();
        v2.MapGet("/health/ready", Ready).WithSummary("Can the server answer?").Produces<InferError>(503).ForEveryone();
        v2.MapGet("/models", ListAsync).WithSummary("Names of all models");
        v2.MapGet("/models/stats", (HttpContext http, ModelFacts facts, CancellationToken stop) => StatisticsAsync(null, null, http, facts, stop)).WithSummary("What was counted, of every version");
        v2.MapRepositoryApi();
        v2.MapSettingsApi();
        foreach (string place in (string[])["/models/{model}", "/models/{model}/versions/{version}"])
        {
            var models = v2.MapGroup(place);
            models.MapGet("", DescribeAsync).WithSummary("What a model takes and gives").Produces<InferError>(404);
            models.MapGet("/ready", ModelReadyAsync).WithSummary("Is this model loaded and able to answer? Loads it if need be").Produces<InferError>(404).Produces<InferError>(503);
            models.MapGet("/config", ConfigurationAsync).WithSummary("How a model is configured, in Triton's words").Produces<InferError>(404);
            models.MapGet("/stats", StatisticsAsync).WithSummary("What was counted of a model").Produces<InferError>(404);
            models.MapGenerateApi(log);
            models.MapPost("/infer", InferAsync).WithSummary("Run a model on tensors")
                .WithDescription($"Numbers may also come as bytes after the JSON part, whose length the header {BinaryExtension.LengthHeader} tells; outputs go so when asked for with binary_data.")
                .Needs(Permissions.Predict).TakesLimits()
                .Accepts<InferRequest>("application/json", BinaryExtension.ContentType, "*/*").Produces<InferResponse>()
                .Produces<InferError>(400).Produces<InferError>(404).Produces<InferError>(413).Produces<InferError>(415)
                .Produces<InferError>(429).Produces<InferError>(500).Produces<InferError>(503).Produces<InferError>(504);
        }
    }

    static Ok<ServerMetadata> Server() => TypedResults.Ok(new ServerMetadata("takt", Version, ModelFacts.Extensions));

    static Results<Ok<ServerReady>, JsonHttpResult<InferError>> Ready(DataPlane plane) => plane.IsReady
        ? TypedResults.Ok(new ServerReady(true))
        : TypedResults.Json(new InferError("The model catalog has not been read yet."), statusCode: StatusCodes.Status503ServiceUnavailable);

    static async Task<Ok<ModelList>> ListAsync(HttpContext http, DataPlane plane, CancellationToken stop) =>
        TypedResults.Ok(new ModelList([.. (await plane.CatalogAsync(stop)).Models.Select(m => m.Name).Where(http.MaySee).Order(StringComparer.Ordinal)]));

    static async Task<Ok<ModelMetadata>> DescribeAsync(string model, string? version, ModelFacts facts, CancellationToken stop) =>
        TypedResults.Ok(await facts.MetadataAsync(ModelReference.Parse(model, version), stop));

    static async Task<Ok<ModelReady>> ModelReadyAsync(string model, string? version, DataPlane plane, CancellationToken stop)
    {
        var reference = ModelReference.Parse(model, version);
        await plane.DescribeAsync(reference, stop);
        return TypedResults.Ok(new ModelReady(reference.Name, true));
    }

    static async Task<Ok<ModelConfiguration>> ConfigurationAsync(string model, string? version, ModelFacts facts, CancellationToken stop) =>
        TypedResults.Ok(await facts.ConfigurationAsync(ModelReference.Parse(model, version), stop));

    static async Task<Ok<StatisticsResponse>> StatisticsAsync(string? model, string? version, HttpContext http, ModelFacts facts, CancellationToken stop) =>
        TypedResults.Ok(await facts.StatisticsAsync(model is null ? null : ModelReference.Parse(model, version), http.MaySee, stop));

    static async Task<IResult> InferAsync(string model, string? version, HttpContext http, DataPlane plane, CancellationToken stop)
    {
        var reference = ModelReference.Parse(model, version);
        var (head, inputs) = await ReadAsync(http.Request, reference, plane, stop);
        var request = head.Request;
        var (answer, refusal) = await plane.TryInferAsync(CallContexts.Of(http, reference, request.Id, RequestDoors.OpenInference, request.Parameters), inputs, request.Outputs?.Select(o => o.Name).ToArray());
        if (answer is null) return new RefusedAnswer(refusal!);
        AnsweredCall.Note(http, answer.Model, answer.Version, answer.Times);
        var outputs = await Classification.ApplyAsync(answer, request.Outputs, plane, stop);
        var response = new InferResponse(answer.Model, answer.Version, outputs, request.Id);
        if (!outputs.Any(head.IsBinary)) return new JsonAnswer<InferResponse>(response, OpenInferenceJson.Default.InferResponse);
        await BinaryTensors.WriteAsync(http.Response, response, head);
        return Results.Empty;
    }

    static async Task<(InferHead Head, IReadOnlyList<InferTensor> Inputs)> ReadAsync(HttpRequest http, ModelReference reference, DataPlane plane, CancellationToken stop)
    {
        if (BinaryTensors.LengthOf(http) is not { } length) return Whole(Parse(await JsonBody.ReadAsync(http, stop, JsonType.Anything)));
        var body = await JsonBody.ReadBytesAsync(http, stop);
        if (length > body.Length) throw new InputException($"{BinaryExtension.LengthHeader} {length}", $"at most {body.Length}, the length of the body");
        if (length == 0) return Whole(BinaryTensors.Raw((await plane.DescribeAsync(reference, stop)).Description, body));
        var head = InferHead.Read(body[..length], static text => Parse(JsonBody.CheckText(text)));
        return (head, BinaryExtension.Fill(head.Request.Inputs, body[length..]));
    }

    static (InferHead, IReadOnlyList<InferTensor>) Whole(InferRequest request) => (new InferHead(request), request.Inputs);

    static InferRequest Parse(ReadOnlyMemory<byte> body)
    {
        var request = JsonBody.Read(body, static text => JsonSerializer.Deserialize(text.Span, OpenInferenceJson.Default.InferRequest), "an object with 'inputs'");
        if (request.Inputs is null) throw new InputException("no field 'inputs'", "an array of tensors, each with name, shape, datatype and data");
        if (request.Inputs.Any(t => t is null)) throw new InputException("null among 'inputs'", "tensors");
        if (request.Outputs is { } outputs && outputs.Any(o => o?.Name is null)) throw new InputException("an output without 'name'", "a name");
        return request;
    }
}
