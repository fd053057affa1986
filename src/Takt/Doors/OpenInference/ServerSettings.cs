using System.Text.Json.Nodes;
using Takt.Doors.Errors;
using Takt.Logs;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Registry.Settings;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Serving.Traces;
using Takt.Web.Access;

namespace Takt.Doors.OpenInference;

/// <summary>
/// Trace and log settings, whichever way the protocol is spoken. The registry keeps what was said, a restart included, and every server of the home follows it;
/// every change is in the audit.
/// </summary>
sealed class ServerSettings(DataPlane plane, ModelRegistry registry, Tracing tracing, LogSwitches logs)
{
    readonly Lock _following = new();
    long _seen;

    /// <summary>What is traced of a model; null = of all that have no settings of their own.</summary>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    public async Task<OrderedDictionary<string, string[]>> TraceAsync(string? model, CancellationToken stop)
    {
        await CheckAsync(model, stop);
        return TraceSettingWire.Write(tracing.Of(model));
    }

    /// <summary>Changes what is traced, and tells what holds then.</summary>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    /// <exception cref="StatusException">The caller's key is for some models, and this is about all.</exception>
    /// <exception cref="InputException">Settings that there are not, or that nobody would see.</exception>
    public async Task<OrderedDictionary<string, string[]>> SetTraceAsync(HttpContext http, string? model, IReadOnlyDictionary<string, IReadOnlyList<string>?> wanted, CancellationToken stop)
    {
        if (model is null) CheckEveryModel(http);
        await CheckAsync(model, stop);
        if (!tracing.IsHeard && TraceSettingWire.Read(wanted).Level > TraceLevels.Off)
            throw new InputException("traces of a server without a collector", "a server that was started with one", "takt serve --otlp http://COLLECTOR:4318");
        registry.Settings.Change(SettingStore.Trace, model ?? SettingStore.EveryModel, TraceSettingWire.ToJson(wanted));
        Follow();
        return TraceSettingWire.Write(tracing.Of(model));
    }

    /// <summary>What the log tells.</summary>
    public JsonObject Log() => LogSettingWire.Write(logs.Settings);

    /// <summary>Changes what the log tells, and tells what holds then.</summary>
    /// <exception cref="StatusException">The caller's key is for some models, and this is about all.</exception>
    /// <exception cref="InputException">Settings that there are not.</exception>
    public JsonObject SetLog(HttpContext http, JsonObject wanted)
    {
        CheckEveryModel(http);
        LogSettingWire.Read(wanted);
        registry.Settings.Change(SettingStore.Log, SettingStore.EveryModel, wanted);
        Follow();
        return Log();
    }

    /// <summary>Takes in what was said since it last looked, here or at another server of the home. What did not change counts on.</summary>
    public void Follow()
    {
        lock (_following)
        {
            foreach (var said in registry.Settings.Since(_seen))
            {
                var value = JsonNode.Parse(said.Value)!.AsObject();
                if (said.Kind == SettingStore.Log) logs.Change(LogSettingWire.Read(value));
                else tracing.Change(said.Model == SettingStore.EveryModel ? null : said.Model, TraceSettingWire.Read(TraceSettingWire.FromJson(value)));
                _seen = said.Revision;
            }
        }
    }

    async Task CheckAsync(string? model, CancellationToken stop)
    {
        if (model is null) return;
        var models = (await plane.CatalogAsync(stop)).Models;
        if (models.All(m => m.Name != model)) throw new UnknownModelException(new ModelReference(ResourceName.Check(model, "model name")).UnknownModel([.. models.Select(m => m.Name)]));
    }

    static void CheckEveryModel(HttpContext http)
    {
        if (!http.MaySeeAll() && Caller.Of(http.User) is { } caller)
            throw new StatusException(new Failure(StatusCodes.Status403Forbidden, [new Problem($"{caller.Actor} may use the models {caller.Models}, and this is about all")]));
    }
}
