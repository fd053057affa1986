using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry;
using Takt.Serving.Planes;
using Takt.Web.Parts;
using Takt.Web.Reading;

namespace Takt.Web.Pages;

/// <summary>Shows deployments and does what their forms say. An order is answered when it has taken effect, by a redirect back to the page, so that no script is needed.</summary>
static class DeploymentPages
{
    public static Task<IResult> ListAsync(DataPlane plane, CancellationToken stop) => AllAsync<DeploymentsPage>(plane, stop);

    public static Task<IResult> ListNowAsync(DataPlane plane, CancellationToken stop) => AllAsync<DeploymentTable>(plane, stop);

    public static Task<IResult> ShowAsync(string model, DataPlane plane, CancellationToken stop) => OneAsync<DeploymentPage>(model, plane, [], stop);

    public static Task<IResult> ShowNowAsync(string model, DataPlane plane, CancellationToken stop) => OneAsync<DeploymentNow>(model, plane, [], stop);

    public static Task<IResult> StartAsync(string model, ModelRegistry registry, DataPlane plane, CancellationToken stop) =>
        DoAsync(model, plane, () => registry.Deployments.SetActive(model, true), stop);

    public static Task<IResult> StopAsync(string model, ModelRegistry registry, DataPlane plane, CancellationToken stop) =>
        DoAsync(model, plane, () => registry.Deployments.SetActive(model, false), stop);

    public static Task<IResult> RollBackAsync(string model, ModelRegistry registry, DataPlane plane, CancellationToken stop) =>
        DoAsync(model, plane, () => registry.Deployments.RollBack(model), stop);

    /// <summary>Makes a version the champion, and lets the champion answer alone.</summary>
    public static async Task<IResult> PromoteAsync(string model, HttpRequest request, ModelRegistry registry, DataPlane plane, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        return await DoAsync(model, plane, () => registry.Deployments.Promote(model, Version(form["version"].ToString())), stop);
    }

    /// <summary>Shares the traffic between two versions.</summary>
    public static async Task<IResult> SplitAsync(string model, HttpRequest request, ModelRegistry registry, DataPlane plane, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        return await DoAsync(model, plane, () =>
        {
            var traffic = new[] { Share("first"), Share("second") };
            string splitBy = form["split-by"].ToString().Trim();
            registry.Deployments.Set(model, (registry.Deployments.Find(model)?.Spec ?? new DeploymentSpec()) with { Traffic = traffic, SplitBy = splitBy.Length == 0 ? null : splitBy });
        }, stop);

        TrafficShare Share(string which) => new(Version(form[which].ToString()).ToString(CultureInfo.InvariantCulture), Weight(form[$"{which}-weight"].ToString()));
    }

    /// <summary>Says which calls are written down; what the form does not ask for stays as it is.</summary>
    public static async Task<IResult> LogAsync(string model, HttpRequest request, ModelRegistry registry, DataPlane plane, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        return await DoAsync(model, plane, () =>
        {
            var spec = registry.Deployments.Find(model)?.Spec ?? new DeploymentSpec();
            registry.Deployments.Set(model, spec with
            {
                Log = (spec.Log ?? new RequestLogSpec()) with
                {
                    Share = Weight(form["share"].ToString()) / 100, Failures = Weight(form["failures"].ToString()) / 100, Payloads = form["payloads"] == "yes",
                    Redact = form["redact"].ToString().Split([',', '，', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                },
            });
        }, stop);
    }

    static async Task<IResult> DoAsync(string model, DataPlane plane, Action change, CancellationToken stop)
    {
        try
        {
            change();
            await plane.SettleAsync(model, stop);
            return Results.Redirect($"/deployments/{Uri.EscapeDataString(model)}");
        }
        catch (InputException wrong)
        {
            return await OneAsync<DeploymentPage>(model, plane, wrong.Problems, stop);
        }
    }

    static int Version(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new InputException($"version '{text}'", "the number of a version");

    static double Weight(string text) =>
        double.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out double weight) ? weight : throw new InputException($"weight '{text}'", "a number from 0");

    static async Task<IResult> AllAsync<TComponent>(DataPlane plane, CancellationToken stop) where TComponent : IComponent =>
        new RazorComponentResult<TComponent>(new Dictionary<string, object?> { ["Deployments"] = await DeploymentReport.AllAsync(plane, stop) });

    static async Task<IResult> OneAsync<TComponent>(string model, DataPlane plane, IReadOnlyList<Problem> problems, CancellationToken stop) where TComponent : IComponent
    {
        var all = await DeploymentReport.AllAsync(plane, stop);
        if (all.FirstOrDefault(one => one.State.Model == model) is not { } found)
            return WebPages.Missing(new ModelReference(model).UnknownModel([.. all.Select(one => one.State.Model)]).ToString());
        var parameters = new Dictionary<string, object?> { ["Deployment"] = found };
        if (problems.Count > 0) parameters["Problems"] = problems.Select(problem => problem.ToString()).ToList();
        return new RazorComponentResult<TComponent>(parameters) { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest };
    }
}
