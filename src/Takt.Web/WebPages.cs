using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Takt.Monitoring.Lines;
using Takt.Protocols.Problems;
using Takt.Registry.Access;
using Takt.Serving.Replays;
using Takt.Web.Access;
using Takt.Web.Files;
using Takt.Web.Localization;
using Takt.Web.Pages;
using Takt.Web.Parts;
using Takt.Web.Reading;

namespace Takt.Web;

/// <summary>The pages: what they need and where they are. They read <see cref="LineDirectory"/>, the registry, <see cref="WorkBoard"/> and the data plane.</summary>
public static class WebPages
{
    /// <summary>Adds what pages need beside the data plane and the registry, which the program brings.</summary>
    public static IServiceCollection AddTaktPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddLocalization();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<LineDirectory>();
        services.TryAddSingleton<WorkBoard>();
        services.TryAddSingleton<ModelLibrary>();
        services.TryAddSingleton<Replayer>();
        services.TryAddSingleton<ReplayOperations>();
        return services;
    }

    /// <summary>Maps the pages, the pieces that refresh themselves, the switches and the browser files. Call it before other middleware that answers in words.</summary>
    public static void MapTaktPages(this WebApplication app)
    {
        app.UsePageLanguages();
        app.MapBrowserFiles();
        app.MapLanguageSwitch();
        app.MapThemeSwitch();

        var pages = app.MapGroup("").ExcludeFromDescription().Needs(Permissions.Read).TellsOfEveryModel();
        pages.MapGet("/", () => new RazorComponentResult<OverviewPage>());
        pages.MapGet("/lines/{line}", (string line, LineDirectory lines) => OfLine<LinePage>(line, lines));
        pages.MapGet("/models", () => new RazorComponentResult<ModelsPage>());
        pages.MapGet("/models/{name}", ModelPages.ShowAsync);
        pages.MapGet("/models/{name}/try", TryPages.ShowAsync);
        pages.MapPost("/models/{name}/try", TryPages.AskAsync).Needs(Permissions.Predict);
        pages.MapGet("/deployments", DeploymentPages.ListAsync);
        pages.MapGet("/deployments/{model}", DeploymentPages.ShowAsync);
        pages.MapPost("/deployments/{model}/promote", DeploymentPages.PromoteAsync).Needs(Permissions.Manage);
        pages.MapPost("/deployments/{model}/split", DeploymentPages.SplitAsync).Needs(Permissions.Manage);
        pages.MapPost("/deployments/{model}/start", DeploymentPages.StartAsync).Needs(Permissions.Manage);
        pages.MapPost("/deployments/{model}/stop", DeploymentPages.StopAsync).Needs(Permissions.Manage);
        pages.MapPost("/deployments/{model}/rollback", DeploymentPages.RollBackAsync).Needs(Permissions.Manage);
        pages.MapPost("/deployments/{model}/log", DeploymentPages.LogAsync).Needs(Permissions.Manage);
        pages.MapGet("/requests", RequestPages.List);
        pages.MapGet("/requests/{id:long}", RequestPages.Show);
        pages.MapPost("/requests/{id:long}/replay", RequestPages.ReplayAsync).Needs(Permissions.Manage);
        pages.MapPost("/requests/replay", RequestPages.StartAsync).Needs(Permissions.Manage);
        pages.MapGet("/requests/replays/{id}", RequestPages.ShowReplay).Needs(Permissions.Manage);
        pages.MapGet("/requests/replays/{id}/now", RequestPages.ShowReplayNow).Needs(Permissions.Manage);
        pages.MapPost("/requests/replays/{id}/cancel", RequestPages.CancelAsync).Needs(Permissions.Manage);
        pages.MapGet("/runs", () => new RazorComponentResult<RunsPage>());

        pages.MapGet("/lines/{line}/now", (string line, LineDirectory lines, int why = 0) => OfLine<LineNow>(line, lines, (nameof(LineNow.WithExplanation), why == 1)));
        pages.MapGet("/lines/{line}/events", (string line, LineDirectory lines) => OfLine<LineEvents>(line, lines));
        pages.MapGet("/parts/events", () => new RazorComponentResult<RecentEvents>());
        pages.MapGet("/deployments/{model}/now", DeploymentPages.ShowNowAsync);
        pages.MapGet("/parts/deployments", DeploymentPages.ListNowAsync);
        pages.MapGet("/parts/work", () => new RazorComponentResult<WorkList>());

        var admin = app.MapGroup("").ExcludeFromDescription().Needs(Permissions.Administer).TellsOfEveryModel();
        admin.MapGet("/users", UserPages.Show);
        admin.MapPost("/users/add", UserPages.AddAsync);
        admin.MapPost("/users/change", UserPages.ChangeAsync);
        admin.MapPost("/users/remove", UserPages.RemoveAsync);
        admin.MapPost("/keys/create", UserPages.CreateKeyAsync);
        admin.MapPost("/keys/revoke", UserPages.RevokeKeyAsync);
        admin.MapGet("/audit", (string? subject, long? before, string? live, string? at) =>
            new RazorComponentResult<AuditPage>(new Dictionary<string, object?> { ["Subject"] = subject, ["Before"] = before, ["Live"] = live, ["At"] = at }));
    }

    static IResult OfLine<TPart>(string line, LineDirectory lines, params (string Name, object? Value)[] parameters) where TPart : Microsoft.AspNetCore.Components.IComponent =>
        lines.Find(line) is { } found
            ? new RazorComponentResult<TPart>(parameters.Append(("Line", found)).ToDictionary(p => p.Item1, p => p.Item2))
            : Missing("missing.line", line, string.Join(", ", lines.All.Select(one => one.Line.Id)));

    /// <summary>A page in the words of the page's language that says why something is not there.</summary>
    internal static IResult Missing(string key, params object[] arguments) => Missing((nameof(ProblemPage.Reason), new Sentence(key, arguments)));

    /// <summary>The same in the program's own words.</summary>
    internal static IResult Missing(Problem problem) => Missing((nameof(ProblemPage.Problems), new[] { problem.ToString() }));

    static RazorComponentResult<ProblemPage> Missing((string Name, object? Value) parameter) =>
        new(new Dictionary<string, object?> { [parameter.Name] = parameter.Value }) { StatusCode = StatusCodes.Status404NotFound };
}
