using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Doors.Descriptions;
using Takt.Doors.Errors;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Registry.Requests;
using Takt.Serving.Requests;
using Takt.Web.Access;

namespace Takt.Doors.WrittenCalls;

/// <summary>The calls of models that were written down. What they brought and got is for those who manage the model.</summary>
static class RequestsApi
{
    const int UsualLimit = 100, MostLimit = 1000;

    /// <summary>Maps the calls under /api/requests.</summary>
    public static void MapRequestsApi(this IEndpointRouteBuilder app)
    {
        var requests = app.MapGroup("/api/requests").WithTags("Requests").Needs(Permissions.Read);
        requests.MapGet("", List).WithSummary("Calls that were written down, newest first")
            .WithDescription($"?model=, ?version=, ?door= and ?outcome= (ok, bad_input, queue_full, …, or {RequestStore.AnyFailure} for all but ok) say which; ?since= and ?until= are times as in 2026-03-01T12:00:00Z. ?limit=N, 1 to {MostLimit}, default {UsualLimit}; ?cursor= pages on.")
            .Fails(400);
        requests.MapGet("/{id:long}", Get).WithSummary("One written call; what it brought and got is for those who manage the model").Fails(404);
    }

    static Ok<RequestsResponse> List(
        ModelRegistry registry, HttpContext http, string? model, int? version, string? door, string? outcome, DateTimeOffset? since, DateTimeOffset? until, string? cursor, int limit = UsualLimit)
    {
        if (limit is < 1 or > MostLimit) throw new InputException($"limit={limit}", $"1 to {MostLimit}");
        long? before = cursor is null ? null : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : throw new InputException($"cursor={cursor}", "a cursor that was given");
        var filter = new RequestFilter { Models = Caller.Of(http.User)!.Models.Narrow(model, registry.Requests.Models), Version = version, Door = door, Outcome = outcome, From = since, Until = until };
        var found = registry.Requests.List(filter, limit + 1, before);
        string? next = found.Count > limit ? found[limit - 1].Id.ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new RequestsResponse([.. found.Take(limit).Select(call => call.ToMessage())], next));
    }

    static Ok<RequestDetails> Get(long id, ModelRegistry registry, HttpContext http)
    {
        var caller = Caller.Of(http.User)!;
        if (registry.Requests.Find(id) is not { } call || !caller.Models.Include(call.Model))
            throw new StatusException(new Failure(StatusCodes.Status404NotFound, [new Problem($"no written call {id}", WayOut: "It may have been forgotten: calls are kept as long as the model's deployment says")]));
        bool may = caller.May(Permissions.Manage);
        var payload = may && call.Payload == PayloadState.Kept ? registry.Requests.Payload(id) : null;
        return TypedResults.Ok(new RequestDetails(call.ToMessage(), payload?.ToMessage(),
            call.Payload == PayloadState.Kept && !may ? $"{caller.Actor} may {caller.Permissions.ToNames()}, and payloads ask for {Permissions.Manage.ToNames()}" : null));
    }
}
