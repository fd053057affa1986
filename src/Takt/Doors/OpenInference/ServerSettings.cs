using System.Text.Json.Nodes;
using Takt.Doors.Errors;
using Takt.Logs;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Serving.Traces;

namespace Takt.Doors.OpenInference;

/// <summary>Trace and log settings, whichever way the protocol is spoken. They hold until the server stops; every change is in the audit.</summary>
sealed class ServerSettings(DataPlane plane, ModelRegistry registry, Tracing tracing, LogSwitches logs)
{
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
        var change = TraceSettingWire.Read(wanted);
        if (!tracing.IsHeard && change(new TraceSettings()).Level > TraceLevels.Off)
            throw new InputException("traces of a server without a collector", "a server that was started with one", "takt serve --otlp http://COLLECTOR:4318");
        tracing.Change(model, change);
        registry.Audit.Add("trace.set", model ?? "*", Show(wanted));
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
        logs.Change(LogSettingWire.Read(logs.Settings, wanted));
        registry.Audit.Add("log.set", "*", wanted.ToJsonString());
        return Log();
    }

    async Task CheckAsync(string? model, CancellationToken stop)
    {
        if (model is null) return;
        var models = (await plane.CatalogAsync(stop)).Models;
        if (models.All(m => m.Name != model)) throw new UnknownModelException(new ModelReference(ResourceName.Check(model, "model name")).UnknownModel([.. models.Select(m => m.Name)]));
    }

    static void CheckEveryModel(HttpContext http)
    {
        if (Caller.Of(http.User) is { } caller && !caller.Models.AreAll)
            throw new StatusException(new Failure(StatusCodes.Status403Forbidden, [new Problem($"{caller.Actor} may use the models {caller.Models}, and this is about all")]));
    }

    static string Show(IReadOnlyDictionary<string, IReadOnlyList<string>?> wanted)
    {
        var shown = new JsonObject();
        foreach (var (name, values) in wanted) shown[name] = values is null ? null : new JsonArray([.. values.Select(value => (JsonNode)value)]);
        return shown.ToJsonString();
    }
}
