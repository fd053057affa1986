using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
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
using Takt.Serving.Calls;
using Takt.Serving.Planes;
using Takt.Web.Access;

namespace Takt.Doors.OpenInference;

/// <summary>The generate extension of the Open Inference Protocol: models that answer piece by piece, as one answer or as server-sent events.</summary>
static class GenerateApi
{
    /// <summary>Maps the calls beside infer.</summary>
    public static void MapGenerateApi(this IEndpointRouteBuilder models, ILogger log)
    {
        models.MapPost("/generate", GenerateAsync).WithSummary("Let a model generate, and answer when it has ended").WithDescription(Fields)
            .Needs(Permissions.Predict).TakesLimits().Accepts<GenerateRequest>("application/json", "*/*").Produces<GenerateResponse>()
            .Produces<InferError>(400).Produces<InferError>(404).Produces<InferError>(415).Produces<InferError>(503);
        models.MapPost("/generate_stream", (string model, string? version, HttpContext http, DataPlane plane, StreamGate gate, CancellationToken stop) => StreamAsync(model, version, http, plane, gate, log, stop))
            .WithSummary("Let a model generate, and answer piece by piece").WithDescription($"Each event holds one piece as JSON; a failure after the first piece is an event with 'error'. {Fields}")
            .Needs(Permissions.Predict).TakesLimits().Accepts<GenerateRequest>("application/json", "*/*").Produces<GenerateResponse>(contentType: "text/event-stream")
            .Produces<InferError>(400).Produces<InferError>(404).Produces<InferError>(415).Produces<InferError>(503);
    }

    const string Fields = "The body has a field for each input of the model (text_input of models of text), a value or a flat list; parameters that bear the name of an input are that input. The answer has a field for each output.";

    static async Task<IResult> GenerateAsync(string model, string? version, HttpContext http, DataPlane plane, CancellationToken stop)
    {
        var (call, inputs, id) = await ReadAsync(model, version, http, plane, stop);
        var pieces = new List<IReadOnlyList<InferTensor>>();
        InferAnswer? last = null;
        await foreach (var piece in plane.InferStreamAsync(call, inputs).WithCancellation(stop)) pieces.Add((last = piece).Outputs);
        if (last is null) throw new StatusException(new Failure(StatusCodes.Status424FailedDependency, [new Problem("a model that generated nothing", "at least one piece")]));
        return TypedResults.Text(GenerateFields.Join(last.Model, last.Version, id, pieces).ToJsonString(), "application/json");
    }

    static async Task StreamAsync(string model, string? version, HttpContext http, DataPlane plane, StreamGate gate, ILogger log, CancellationToken stop)
    {
        var (call, inputs, id) = await ReadAsync(model, version, http, plane, stop);
        using var watch = gate.Follow(http, stop);
        await using var pieces = plane.InferStreamAsync(call with { Stop = watch.Stop }, inputs).GetAsyncEnumerator(watch.Stop);
        bool more = await NextAsync();   // what goes wrong before the first piece has a status of its own
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await SseFormatter.WriteAsync(Events(), http.Response.Body, stop);

        async Task<bool> NextAsync()
        {
            try
            {
                bool next = await pieces.MoveNextAsync();
                watch.Stop.ThrowIfCancellationRequested();
                return next;
            }
            catch (OperationCanceledException) when (watch.Lost is not null)
            {
                throw watch.Lost;
            }
        }

        async IAsyncEnumerable<SseItem<string>> Events()
        {
            while (more)
            {
                yield return new SseItem<string>(GenerateFields.Write(pieces.Current.Model, pieces.Current.Version, id, pieces.Current.Outputs).ToJsonString());
                await http.Response.Body.FlushAsync(stop);
                string? wrong = null;
                try
                {
                    more = await NextAsync();
                }
                catch (Exception error) when (error is not OperationCanceledException || !stop.IsCancellationRequested)
                {
                    var failure = Failure.Of(error, http);
                    if (failure.Status >= StatusCodes.Status500InternalServerError) log.LogError(error, "{Path} failed after its first piece", http.Request.Path);
                    wrong = failure.Text;
                }

                if (wrong is null) continue;
                yield return new SseItem<string>(new JsonObject { ["error"] = wrong }.ToJsonString());
                yield break;
            }
        }
    }

    static async Task<(CallContext Call, List<InferTensor> Inputs, string? Id)> ReadAsync(string model, string? version, HttpContext http, DataPlane plane, CancellationToken stop)
    {
        var reference = ModelReference.Parse(model, version);
        var body = JsonBody.ParseObject(await JsonBody.ReadAsync(http.Request, stop, JsonType.Anything), "an object with a field for each input");
        var (description, _) = await plane.DescribeAsync(reference, stop);
        if (!description.Generates)
            throw new InputException($"model '{reference.Name}', which gives its whole answer at once", "a model that generates, piece by piece", $"Ask with POST /v2/models/{reference.Name}/infer");
        var (inputs, parameters, id) = GenerateFields.Read(body, description.Inputs);
        return (CallContexts.Of(http, reference, id, RequestDoors.OpenInference, parameters), inputs, id);
    }
}
