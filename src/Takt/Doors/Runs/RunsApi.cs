using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Doors.Descriptions;
using Takt.Doors.Errors;
using Takt.Protocols.Models;
using Takt.Protocols.Problems;
using Takt.Registry;
using Takt.Registry.Runs;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Doors.Runs;

/// <summary>The runs of the registry: how each model came to be.</summary>
static class RunsApi
{
    const int Most = 1000;

    /// <summary>Maps the calls under /api/runs.</summary>
    public static void MapRunsApi(this IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/api/runs").WithTags("Runs").Needs(Permissions.Read);
        runs.MapGet("", List).WithSummary("The latest runs").WithDescription($"?limit=N gives at most N of them: 1 to {Most}, default 100.").Fails(400);
        runs.MapGet("/{id}", Get).WithSummary("One run: spec, curves, metrics, timings, environment").Fails(404);
    }

    static Ok<RunsResponse> List(string? limit, HttpContext http, ModelRegistry registry)
    {
        int most = 100;
        if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > Most))
            throw new InputException($"limit={limit}", $"a whole number from 1 to {Most}");
        return TypedResults.Ok(new RunsResponse([.. registry.Runs.List(http.MaySeeAll() ? most : int.MaxValue).Where(run => http.MaySee(run.Name)).Take(most).Select(Summary)]));
    }

    static Ok<RunDetails> Get(string id, HttpContext http, ModelRegistry registry)
    {
        var run = Found.Or404(() => registry.Runs.Get(id, http.MaySee));
        return TypedResults.Ok(new RunDetails(Summary(run), run.Seed, run.DataSha256, JsonNode.Parse(run.Spec), run.Record is null ? null : JsonNode.Parse(run.Record)));
    }

    static RunSummary Summary(Run run) => new(run.Id, run.Name, run.Task, run.Status, run.StartedAt, run.EndedAt, run.Failure);
}
