using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Access;
using Takt.Doors.Bodies;
using Takt.Doors.Descriptions;
using Takt.Doors.Errors;
using Takt.Protocols.Models;
using Takt.Protocols.Names;
using Takt.Registry;
using Takt.Registry.Models;
using Takt.Serving.Planes;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Doors.Models;

/// <summary>The models of the registry: what there is, what each can do, and which version an alias means.</summary>
static class ModelsApi
{
    /// <summary>Maps the calls under /api/models.</summary>
    public static void MapModelsApi(this IEndpointRouteBuilder app)
    {
        var models = app.MapGroup("/api/models").WithTags("Models").Needs(Permissions.Read);
        models.MapGet("", List).WithSummary("All models with their versions and aliases");
        models.MapGet("/{model}", Get).WithSummary("One model: card, metrics, versions, aliases").WithDescription("The model is NAME, NAME@ALIAS or NAME:VERSION.").Fails(400, 404);
        models.MapPost("/{model}/aliases", MoveAliasAsync).WithSummary("Let an alias point to a version").Needs(Permissions.Manage).Accepts<AliasRequest>("application/json").Fails(400, 404, 415);
    }

    static Ok<ModelsResponse> List(HttpContext http, ModelRegistry registry) => TypedResults.Ok(new ModelsResponse(
        [.. registry.Models.List().Where(m => http.MaySee(m.Name)).Select(m => new ModelSummary(m.Name, registry.Models.Resolve(new ModelReference(m.Name)).Number, m.Aliases, [.. m.Versions.Select(Summary)]))]));

    static Ok<ModelDetails> Get(string model, ModelRegistry registry)
    {
        var reference = ModelReference.Parse(model);
        var version = Found.Or404(() => registry.Models.Resolve(reference));
        var whole = registry.Models.Get(reference.Name);
        return TypedResults.Ok(new ModelDetails(
            whole.Name, Summary(version), JsonNode.Parse(version.Card), JsonNode.Parse(version.Metrics), whole.Aliases, [.. whole.Versions.Select(Summary)],
            [.. registry.Aliases.History(whole.Name).Select(m => new AliasMoveSummary(m.Alias, m.FromNumber, m.ToNumber, m.MovedAt))]));
    }

    static async Task<Ok<AliasesResponse>> MoveAliasAsync(string model, HttpRequest http, ModelRegistry registry, DataPlane plane, CancellationToken stop)
    {
        string name = ResourceName.Check(model, "model name");
        var request = Read(await JsonBody.ReadAsync(http, stop));
        Found.Or404(() => registry.Models.Resolve(new ModelReference(name, Version: request.Version)));
        registry.Aliases.Move(name, request.Alias, request.Version);
        await plane.SettleAsync(name, stop); // who moved it sees it move: the next prediction is the new version's
        return TypedResults.Ok(new AliasesResponse(name, registry.Models.Get(name).Aliases));
    }

    static AliasRequest Read(ReadOnlyMemory<byte> body)
    {
        var fields = new JsonFields(body, "alias", "version");
        var request = new AliasRequest(fields.Text("alias", "the alias, such as \"champion\""), fields.Number("version", "the version's number, such as 3"));
        fields.Finish();
        return request;
    }

    static VersionSummary Summary(ModelVersion v) =>
        new(v.Number, v.Task, v.Target, v.MetricName, v.MetricValue, v.CreatedAt, v.RunId, v.PackageSha256, v.PackageBytes);
}
