using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Access;
using Takt.Doors.Bodies;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Doors.OpenInference;

/// <summary>The model repository extension of the Open Inference Protocol: which models there are, load and unload.</summary>
static class RepositoryApi
{
    /// <summary>Maps the calls under /v2.</summary>
    public static void MapRepositoryApi(this IEndpointRouteBuilder v2)
    {
        foreach (string place in (string[])["/repository", "/repository/{repository}"])
        {
            v2.MapPost(place + "/index", IndexAsync).WithSummary("Every version of every model, and whether it can answer").Accepts<RepositoryIndexQuery>(isOptional: true, "application/json", "*/*");
            v2.MapPost(place + "/models/{model}/load", (string? repository, string model, HttpRequest http, ModelFacts facts, CancellationToken stop) => ServeAsync(repository, model, http, facts, serve: true, stop))
                .WithSummary("Serve a model, and load it now").WithDescription("A configuration or files in the parameters are refused.")
                .Needs(Permissions.Manage).Produces<InferError>(404).Produces<InferError>(501).Produces<InferError>(503);
            v2.MapPost(place + "/models/{model}/unload", (string? repository, string model, HttpRequest http, ModelFacts facts, CancellationToken stop) => ServeAsync(repository, model, http, facts, serve: false, stop))
                .WithSummary("Unload a model and refuse its calls").Needs(Permissions.Manage).Produces<InferError>(404);
        }
    }

    static async Task<Ok<IReadOnlyList<RepositoryModel>>> IndexAsync(string? repository, HttpRequest http, ModelFacts facts, CancellationToken stop)
    {
        RepositoryTerms.CheckName(repository);
        var fields = new JsonFields(await JsonBody.ReadOptionalAsync(http, stop) ?? [], "ready", "repository_name");
        bool ready = fields.Flag("ready", otherwise: false);
        string? name = fields.OptionalText("repository_name", "the repository's name");
        fields.Finish();
        RepositoryTerms.CheckName(name);
        return TypedResults.Ok(await facts.IndexAsync(ready, http.HttpContext.MaySee, stop));
    }

    static async Task<Ok<RepositoryDone>> ServeAsync(string? repository, string model, HttpRequest http, ModelFacts facts, bool serve, CancellationToken stop)
    {
        RepositoryTerms.CheckName(repository);
        var parameters = (await JsonBody.ReadOptionalAsync(http, stop))?["parameters"] switch
        {
            null => [],
            JsonObject given => given.Select(p => p.Key),
            _ => throw new InputException("'parameters' that is no object", "an object of values by name"),
        };
        if (serve) RepositoryTerms.CheckLoad(parameters);   // an unload's unload_dependents says nothing: no model depends on another here
        await facts.ServeAsync(model, serve, stop);
        return TypedResults.Ok(new RepositoryDone(model, serve));
    }
}
