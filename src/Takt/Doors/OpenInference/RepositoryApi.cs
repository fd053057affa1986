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
            v2.MapPost(place + "/index", IndexAsync).WithSummary("Every version of every model, and whether it can answer").Accepts<RepositoryIndexQuery>(isOptional: true, "application/json");
            v2.MapPost(place + "/models/{model}/load", LoadAsync).WithSummary("Serve a model, and load it now").WithDescription("A configuration or files in the parameters are refused.")
                .Needs(Permissions.Manage).Produces<InferError>(404).Produces<InferError>(501).Produces<InferError>(503);
            v2.MapPost(place + "/models/{model}/unload", UnloadAsync).WithSummary("Unload a model and refuse its calls").Needs(Permissions.Manage).Produces<InferError>(404);
        }
    }

    static async Task<Ok<IReadOnlyList<RepositoryModel>>> IndexAsync(string? repository, HttpRequest http, ModelFacts facts, CancellationToken stop)
    {
        RepositoryTerms.CheckName(repository);
        bool ready = false;
        if (http.ContentLength is not 0 and not null)
        {
            var fields = new JsonFields(await JsonBody.ReadAsync(http, stop), "ready", "repository_name");
            ready = fields.Flag("ready", otherwise: false);
            string? name = fields.OptionalText("repository_name", "the repository's name");
            fields.Finish();
            RepositoryTerms.CheckName(name);
        }

        return TypedResults.Ok(await facts.IndexAsync(ready, http.HttpContext.MaySee, stop));
    }

    static async Task<Ok<RepositoryDone>> LoadAsync(string? repository, string model, HttpRequest http, ModelFacts facts, CancellationToken stop)
    {
        RepositoryTerms.CheckName(repository);
        RepositoryTerms.CheckLoad(await ParametersAsync(http, stop));
        await facts.ServeAsync(model, serve: true, stop);
        return TypedResults.Ok(new RepositoryDone(model, Load: true));
    }

    static async Task<Ok<RepositoryDone>> UnloadAsync(string? repository, string model, HttpRequest http, ModelFacts facts, CancellationToken stop)
    {
        RepositoryTerms.CheckName(repository);
        await ParametersAsync(http, stop); // unload_dependents: no model depends on another here
        await facts.ServeAsync(model, serve: false, stop);
        return TypedResults.Ok(new RepositoryDone(model, Load: false));
    }

    /// <summary>Names of the parameters in a body that may be missing, and whose type clients leave out.</summary>
    static async Task<IEnumerable<string>> ParametersAsync(HttpRequest http, CancellationToken stop)
    {
        var bytes = await JsonBody.ReadBytesAsync(http, stop);
        if (bytes.IsEmpty) return [];
        var body = JsonBody.Parse(JsonBody.CheckText(bytes)) as JsonObject ?? throw new InputException("a body that is no object", "an object with 'parameters', or nothing");
        return body["parameters"] switch
        {
            null => [],
            JsonObject parameters => parameters.Select(p => p.Key),
            _ => throw new InputException("'parameters' that is no object", "an object of values by name"),
        };
    }
}
