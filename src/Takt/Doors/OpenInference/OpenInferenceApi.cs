using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Doors.Bodies;
using Takt.Doors.Requests;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Serving.Planes;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Doors.OpenInference;

/// <summary>The Open Inference Protocol v2 over HTTP and JSON: how Triton, KServe and MLServer are spoken to. A version is a number or an alias.</summary>
static class OpenInferenceApi
{
    /// <summary>Maps the protocol's calls under /v2.</summary>
    public static void MapOpenInferenceApi(this IEndpointRouteBuilder app)
    {
        var v2 = app.MapGroup("/v2").WithTags("Open Inference Protocol").Needs(Permissions.Read);
        v2.MapGet("", Server).WithSummary("Name, version and extensions of this server");
        v2.MapGet("/health/live", () => TypedResults.Ok(new ServerLive(true))).WithSummary("Does the server run?").ForEveryone();
        v2.MapGet("/health/ready", Ready).WithSummary("Can the server answer?").Produces<InferError>(503).ForEveryone();
        v2.MapGet("/models", ListAsync).WithSummary("Names of all models");
        v2.MapGet("/models/{model}", (string model, DataPlane plane, CancellationToken stop) => DescribeAsync(model, null, plane, stop))
            .WithSummary("What a model takes and gives").Produces<InferError>(404);
        v2.MapGet("/models/{model}/versions/{version}", DescribeAsync).WithSummary("What one version of a model takes and gives").Produces<InferError>(404);
        v2.MapGet("/models/{model}/ready", (string model, DataPlane plane, CancellationToken stop) => ModelReadyAsync(model, null, plane, stop))
            .WithSummary("Is this model loaded and able to answer? Loads it if need be").Produces<InferError>(404).Produces<InferError>(503);
        v2.MapGet("/models/{model}/versions/{version}/ready", ModelReadyAsync)
            .WithSummary("Is this version loaded and able to answer? Loads it if need be").Produces<InferError>(404).Produces<InferError>(503);
        v2.MapPost("/models/{model}/infer", (string model, HttpRequest request, DataPlane plane, CancellationToken stop) => InferAsync(model, null, request, plane, stop))
            .WithSummary("Run a model on tensors").TakesAndGives();
        v2.MapPost("/models/{model}/versions/{version}/infer", InferAsync).WithSummary("Run one version of a model on tensors").TakesAndGives();
    }

    static Ok<ServerMetadata> Server() => TypedResults.Ok(new ServerMetadata("takt", Version, []));

    static Results<Ok<ServerReady>, JsonHttpResult<InferError>> Ready(DataPlane plane) => plane.IsReady
        ? TypedResults.Ok(new ServerReady(true))
        : TypedResults.Json(new InferError("The model catalog has not been read yet."), statusCode: StatusCodes.Status503ServiceUnavailable);

    static async Task<Ok<ModelList>> ListAsync(DataPlane plane, CancellationToken stop) =>
        TypedResults.Ok(new ModelList([.. (await plane.CatalogAsync(stop)).Models.Select(m => m.Name).Order(StringComparer.Ordinal)]));

    static async Task<Ok<ModelMetadata>> DescribeAsync(string model, string? version, DataPlane plane, CancellationToken stop)
    {
        var reference = ModelReference.Parse(model, version);
        var (description, number) = await plane.DescribeAsync(reference, stop);
        var versions = (await plane.CatalogAsync(stop)).Models.First(m => m.Name == reference.Name).Versions;
        var properties = new Dictionary<string, string> { ["version"] = $"{number}", ["task"] = description.Task, ["target"] = description.Target };
        if (description.Unit is { } unit) properties["unit"] = unit;
        if (description.Classes is { } classes) properties["classes"] = string.Join(",", classes);
        if (description.WindowLength > 1) properties["window"] = $"{description.WindowLength}";
        return TypedResults.Ok(new ModelMetadata(
            reference.Name, [.. versions.Select(v => $"{v.Number}")], description.Platform, description.Inputs, description.Outputs, properties));
    }

    static async Task<Ok<ModelReady>> ModelReadyAsync(string model, string? version, DataPlane plane, CancellationToken stop)
    {
        var reference = ModelReference.Parse(model, version);
        await plane.DescribeAsync(reference, stop);
        return TypedResults.Ok(new ModelReady(reference.Name, true));
    }

    static async Task<Ok<InferResponse>> InferAsync(string model, string? version, HttpRequest http, DataPlane plane, CancellationToken stop)
    {
        var reference = ModelReference.Parse(model, version);
        var request = Read(await JsonBody.ReadAsync(http, stop));
        var call = CallContexts.Of(http.HttpContext, reference, request.Id, request.Parameters);
        var answer = await plane.InferAsync(call, request.Inputs, request.Outputs?.Select(o => o.Name).ToArray());
        AnsweredCall.Note(http.HttpContext, answer.Model, answer.Version, answer.Times);
        return TypedResults.Ok(new InferResponse(answer.Model, answer.Version, answer.Outputs, request.Id));
    }

    static InferRequest Read(ReadOnlyMemory<byte> body)
    {
        InferRequest? request;
        try
        {
            request = JsonSerializer.Deserialize(body.Span, OpenInferenceJson.Default.InferRequest);
        }
        catch (JsonException error)
        {
            throw JsonBody.Explain(error);
        }

        if (request is null) throw new InputException("null as body", "an object with 'inputs'");
        if (request.Inputs is null) throw new InputException("no field 'inputs'", "an array of tensors, each with name, shape, datatype and data");
        if (request.Inputs.Any(t => t is null)) throw new InputException("null among 'inputs'", "tensors");
        if (request.Outputs is { } outputs && outputs.Any(o => o?.Name is null)) throw new InputException("an output without 'name'", "a name");
        return request;
    }

    static void TakesAndGives(this RouteHandlerBuilder call) => call.Needs(Permissions.Predict)
        .Accepts<InferRequest>("application/json")
        .Produces<InferError>(400).Produces<InferError>(404).Produces<InferError>(413).Produces<InferError>(415)
        .Produces<InferError>(429).Produces<InferError>(500).Produces<InferError>(503).Produces<InferError>(504);

    static string Version { get; } =
        typeof(OpenInferenceApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
