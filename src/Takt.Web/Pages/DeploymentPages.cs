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

    /// <param name="model">The model.</param>
    /// <param name="plane">Tells how it is served.</param>
    /// <param name="done">There after an order: the page then says what it led to.</param>
    /// <param name="stop">Cancels it.</param>
    public static Task<IResult> ShowAsync(string model, DataPlane plane, string? done, CancellationToken stop) =>
        OneAsync<DeploymentPage>(model, plane, done is null ? [] : new() { [nameof(DeploymentPage.Done)] = true }, stop);

    public static Task<IResult> ShowNowAsync(string model, DataPlane plane, CancellationToken stop) => OneAsync<DeploymentNow>(model, plane, [], stop);

    public static Task<IResult> StartAsync(string model, ModelRegistry registry, DataPlane plane, CancellationToken stop) =>
        DoAsync(model, plane, null, () => registry.Deployments.SetActive(model, true), stop);

    public static Task<IResult> StopAsync(string model, ModelRegistry registry, DataPlane plane, CancellationToken stop) =>
        DoAsync(model, plane, null, () => registry.Deployments.SetActive(model, false), stop);

    public static Task<IResult> RollBackAsync(string model, ModelRegistry registry, DataPlane plane, CancellationToken stop) =>
        DoAsync(model, plane, null, () => registry.Deployments.RollBack(model), stop);

    /// <summary>Makes a version the champion, and lets the champion answer alone.</summary>
    public static async Task<IResult> PromoteAsync(string model, HttpRequest request, ModelRegistry registry, DataPlane plane, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        return await DoAsync(model, plane, form, () =>
        {
            var read = new FormReader(form);
            int version = read.Version("version");
            read.ThrowIfWrong();
            registry.Deployments.Promote(model, version);
        }, stop);
    }

    /// <summary>Shares the traffic between two versions.</summary>
    public static async Task<IResult> SplitAsync(string model, HttpRequest request, ModelRegistry registry, DataPlane plane, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        return await DoAsync(model, plane, form, () =>
        {
            var read = new FormReader(form);
            var traffic = new[] { Share(read, "first"), Share(read, "second") };
            read.ThrowIfWrong();
            string splitBy = form["split-by"].ToString().Trim();
            registry.Deployments.Set(model, (registry.Deployments.Find(model)?.Spec ?? new DeploymentSpec()) with { Traffic = traffic, SplitBy = splitBy.Length == 0 ? null : splitBy });
        }, stop);

        static TrafficShare Share(FormReader read, string which) => new(read.Version(which).ToString(CultureInfo.InvariantCulture), read.Number($"{which}-weight"));
    }

    /// <summary>Says which calls are written down; what the form does not ask for stays as it is.</summary>
    public static async Task<IResult> LogAsync(string model, HttpRequest request, ModelRegistry registry, DataPlane plane, CancellationToken stop)
    {
        var form = await request.FormAsync(stop);
        return await DoAsync(model, plane, form, () =>
        {
            var read = new FormReader(form);
            double share = read.Number("share") / 100, failures = read.Number("failures") / 100;
            read.ThrowIfWrong();
            var spec = registry.Deployments.Find(model)?.Spec ?? new DeploymentSpec();
            registry.Deployments.Set(model, spec with
            {
                Log = (spec.Log ?? new RequestLogSpec()) with
                {
                    Share = share, Failures = failures, Payloads = form["payloads"] == "yes",
                    Redact = form["redact"].ToString().Split([',', '，', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                },
            });
        }, stop);
    }

    static async Task<IResult> DoAsync(string model, DataPlane plane, IFormCollection? form, Action change, CancellationToken stop)
    {
        try
        {
            change();
            await plane.SettleAsync(model, stop);
            return Results.Redirect($"/deployments/{Uri.EscapeDataString(model)}?done=1");
        }
        catch (InputException wrong)
        {
            return await OneAsync<DeploymentPage>(model, plane, new()
            {
                [nameof(DeploymentPage.Problems)] = wrong.Problems.Select(problem => problem.ToString()).ToList(), [nameof(DeploymentPage.Written)] = form,
            }, stop);
        }
    }

    static async Task<IResult> AllAsync<TComponent>(DataPlane plane, CancellationToken stop) where TComponent : IComponent =>
        new RazorComponentResult<TComponent>(new Dictionary<string, object?> { ["Deployments"] = await DeploymentReport.AllAsync(plane, stop) });

    static async Task<IResult> OneAsync<TComponent>(string model, DataPlane plane, Dictionary<string, object?> parameters, CancellationToken stop) where TComponent : IComponent
    {
        var all = await DeploymentReport.AllAsync(plane, stop);
        if (all.FirstOrDefault(one => one.State.Model == model) is not { } found)
            return WebPages.Missing(new ModelReference(model).UnknownModel([.. all.Select(one => one.State.Model)]));
        parameters["Deployment"] = found;
        return new RazorComponentResult<TComponent>(parameters)
        {
            StatusCode = parameters.ContainsKey(nameof(DeploymentPage.Problems)) ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
        };
    }
}
