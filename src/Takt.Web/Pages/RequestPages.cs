using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Registry.Requests;
using Takt.Serving.Replays;
using Takt.Serving.Requests;
using Takt.Web.Parts;
using Takt.Web.Reading;

namespace Takt.Web.Pages;

/// <summary>Shows written calls and replays them. What they brought and got, and the replay, is for those who manage the model.</summary>
static class RequestPages
{
    const int PageSize = 50;

    public static IResult List(HttpContext http, ModelRegistry registry, ReplayOperations replays, TimeProvider clock) => ListPage(http, RequestQuery.Of(http.Request.Query), registry, replays, clock, []);

    public static IResult Show(long id, HttpContext http, ModelRegistry registry) =>
        Find(id, http, registry) is { } call ? OnePage(call, http, registry, []) : Missing(id);

    /// <summary>Replays one call and shows the difference.</summary>
    public static async Task<IResult> ReplayAsync(long id, HttpContext http, ModelRegistry registry, Replayer replayer, CancellationToken stop)
    {
        if (Find(id, http, registry) is not { } call) return Missing(id);
        string to = (await http.Request.FormAsync(stop))["to"].ToString();
        var more = new Dictionary<string, object?> { [nameof(RequestPage.To)] = RequestQuery.Number(to) ?? 0 };
        try
        {
            more[nameof(RequestPage.Report)] = await replayer.RunAsync(new ReplayOrder(call.Model, to) { Request = id }, null, stop);
        }
        catch (InputException wrong)
        {
            more[nameof(RequestPage.Problems)] = Texts(wrong);
        }

        return OnePage(call, http, registry, more);
    }

    /// <summary>Begins the replay of the calls that a list shows.</summary>
    public static async Task<IResult> StartAsync(HttpContext http, ModelRegistry registry, ReplayOperations replays, TimeProvider clock, CancellationToken stop)
    {
        var form = await http.Request.FormAsync(stop);
        var query = new RequestQuery(
            RequestQuery.Text(form["model"]), RequestQuery.Number(form["version"]), null, null, RequestQuery.Text(form["since"]) is { } since && RequestQuery.Sinces.ContainsKey(since) ? since : null, null);
        try
        {
            if (query.Model is not { } model || !Caller.Of(http.User)!.Models.Include(model)) throw new InputException("no model that may be replayed", "the name of one");
            var replay = replays.Start(new ReplayOrder(model, form["to"].ToString()) { Version = query.Version, From = query.From(clock.GetUtcNow()) });
            return Results.Redirect($"/requests/replays/{replay.Id}");
        }
        catch (InputException wrong)
        {
            return ListPage(http, query, registry, replays, clock, Texts(wrong));
        }
    }

    public static IResult ShowReplay(string id, HttpContext http, ReplayOperations replays) => ReplayResult<ReplayPage>(id, http, replays);

    public static IResult ShowReplayNow(string id, HttpContext http, ReplayOperations replays) => ReplayResult<ReplayNow>(id, http, replays);

    public static async Task<IResult> CancelAsync(string id, HttpContext http, ReplayOperations replays)
    {
        if (replays.Find(id) is { } found && Caller.Of(http.User)!.Models.Include(found.Order.Model)) await replays.CancelAsync(id);
        return Results.Redirect($"/requests/replays/{Uri.EscapeDataString(id)}");
    }

    static RazorComponentResult<RequestsPage> ListPage(HttpContext http, RequestQuery query, ModelRegistry registry, ReplayOperations replays, TimeProvider clock, List<string> problems)
    {
        var caller = Caller.Of(http.User)!;
        var models = registry.Requests.Models().Where(caller.Models.Include).ToList();
        var found = registry.Requests.List(query.ToFilter(caller.Models.Narrow(query.Model, registry.Requests.Models), clock.GetUtcNow()), PageSize + 1, query.Before);
        bool may = caller.May(Permissions.Manage);
        return new RazorComponentResult<RequestsPage>(new Dictionary<string, object?>
        {
            [nameof(RequestsPage.Query)] = query,
            [nameof(RequestsPage.Models)] = models,
            [nameof(RequestsPage.Calls)] = found.Take(PageSize).ToList(),
            [nameof(RequestsPage.Older)] = found.Count > PageSize ? query.OlderThan(found[PageSize - 1].Id) : null,
            [nameof(RequestsPage.Versions)] = may && query.Model is { } model && models.Contains(model) ? Versions(registry, model) : [],
            [nameof(RequestsPage.Replays)] = may ? replays.List().Where(replay => caller.Models.Include(replay.Order.Model)).Take(10).ToList() : [],
            [nameof(RequestsPage.Problems)] = problems,
        }) { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest };
    }

    static RazorComponentResult<RequestPage> OnePage(LoggedRequest call, HttpContext http, ModelRegistry registry, Dictionary<string, object?> more)
    {
        more[nameof(RequestPage.Call)] = call;
        if (Caller.Of(http.User)!.May(Permissions.Manage))
        {
            more[nameof(RequestPage.Payload)] = call.Payload == PayloadState.Kept ? registry.Requests.Payload(call.Id)?.ToMessage() : null;
            more[nameof(RequestPage.Versions)] = Versions(registry, call.Model);
            more.TryAdd(nameof(RequestPage.To), Versions(registry, call.Model).LastOrDefault(version => version != call.Version));
        }

        return new RazorComponentResult<RequestPage>(more);
    }

    static IResult ReplayResult<TComponent>(string id, HttpContext http, ReplayOperations replays) where TComponent : IComponent =>
        replays.Find(id) is { } found && Caller.Of(http.User)!.Models.Include(found.Order.Model)
            ? new RazorComponentResult<TComponent>(new Dictionary<string, object?> { ["Replay"] = found })
            : WebPages.Missing("missing.replay", id);

    static LoggedRequest? Find(long id, HttpContext http, ModelRegistry registry) =>
        registry.Requests.Find(id) is { } call && Caller.Of(http.User)!.Models.Include(call.Model) ? call : null;

    static IReadOnlyList<int> Versions(ModelRegistry registry, string model) =>
        [.. registry.Models.List().Where(known => known.Name == model).SelectMany(known => known.Versions.Select(version => version.Number))];

    static List<string> Texts(InputException wrong) => [.. wrong.Problems.Select(problem => problem.ToString())];

    static IResult Missing(long id) => WebPages.Missing("missing.call", id);
}
