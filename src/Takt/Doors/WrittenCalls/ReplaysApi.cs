using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Access;
using Takt.Doors.Bodies;
using Takt.Doors.Descriptions;
using Takt.Doors.Errors;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Registry.Access;
using Takt.Serving.Replays;
using Takt.Web.Access;

namespace Takt.Doors.WrittenCalls;

/// <summary>Sends written calls to another version and compares. It takes its time, so that each replay is a thing of its own: begun, looked at, cancelled.</summary>
static class ReplaysApi
{
    /// <summary>Maps the calls under /api/requests/replays, and the order that begins one.</summary>
    public static void MapReplaysApi(this IEndpointRouteBuilder app)
    {
        var requests = app.MapGroup("/api/requests").WithTags("Requests").Needs(Permissions.Manage);
        requests.MapPost("/replay", StartAsync).WithSummary("Send written calls to another version and compare its answers with those that were given")
            .WithDescription("Answered at once with 202 and where to look: ask that address until its state is no longer \"running\".")
            .Accepts<ReplayOrder>("application/json").Produces<ReplayOperation>(StatusCodes.Status202Accepted).Fails(400, 403, 415);
        requests.MapGet("/replays", (ReplayOperations replays, HttpContext http) => TypedResults.Ok<IReadOnlyList<ReplayOperation>>([.. replays.List().Where(r => IsAllowed(r, http))]))
            .WithSummary("The replays under way and the last ones that ended, newest first");
        requests.MapGet("/replays/{id}", (string id, ReplayOperations replays, HttpContext http) => TypedResults.Ok(Found(id, replays.Find(id), http)))
            .WithSummary("One replay: how far it is, or what it found").Fails(404);
        requests.MapDelete("/replays/{id}", async (string id, ReplayOperations replays, HttpContext http) =>
        {
            Found(id, replays.Find(id), http);
            return TypedResults.Ok(Found(id, await replays.CancelAsync(id), http));
        }).WithSummary("Cancel a replay; one that has ended stays as it is").Fails(404);
    }

    static async Task<Accepted<ReplayOperation>> StartAsync(HttpRequest http, ReplayOperations replays, CancellationToken stop)
    {
        var fields = new JsonFields(await JsonBody.ReadAsync(http, stop), "model", "to", "version", "from", "until", "request", "limit", "tolerance");
        var order = new ReplayOrder(fields.Text("model", "the model whose calls are meant"), fields.Text("to", "the version that is asked: its number or an alias"))
        {
            Version = fields.OptionalNumber("version", "the number of the version that answered then"),
            From = Time(fields, "from"),
            Until = Time(fields, "until"),
            Request = fields.OptionalNumber("request", "the number of one written call"),
            Limit = fields.OptionalNumber("limit", $"1 to {ReplayOrder.MostLimit}") ?? ReplayOrder.UsualLimit,
            Tolerance = fields.OptionalDecimal("tolerance", "a number from 0"),
        };
        fields.Finish();
        ModelReference.Parse(order.Model).AllowedTo(http.HttpContext);
        var operation = replays.Start(order);
        return TypedResults.Accepted($"/api/requests/replays/{operation.Id}", operation);
    }

    static ReplayOperation Found(string id, ReplayOperation? operation, HttpContext http) => operation is not null && IsAllowed(operation, http)
        ? operation
        : throw new StatusException(new Failure(StatusCodes.Status404NotFound, [new Problem($"no replay '{id}'", WayOut: "The last ones are remembered until the server ends: GET /api/requests/replays")]));

    static bool IsAllowed(ReplayOperation operation, HttpContext http) => Caller.Of(http.User)!.Models.Include(operation.Order.Model);

    static DateTimeOffset? Time(JsonFields fields, string name)
    {
        if (fields.OptionalText(name, "a time as in 2026-03-01T12:00:00Z") is not { Length: > 0 } text) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        fields.Wrong(new Problem($"'{text}' as '{name}'", "a time as in 2026-03-01T12:00:00Z"));
        return null;
    }
}
