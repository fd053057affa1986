using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Doors.Bodies;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Doors.OpenInference;

/// <summary>The trace and logging extensions of the Open Inference Protocol: what the server tells of its calls, read and changed while it runs.</summary>
static class SettingsApi
{
    /// <summary>Maps the calls under /v2.</summary>
    public static void MapSettingsApi(this IEndpointRouteBuilder v2)
    {
        foreach (string place in (string[])["/trace/setting", "/models/{model}/trace/setting"])
        {
            v2.MapGet(place, TraceAsync).WithSummary("Which calls are traced, and what of them").Needs(Permissions.Manage).Produces<TraceSettingMessage>().Produces<InferError>(404);
            v2.MapPost(place, SetTraceAsync).WithSummary("Trace other calls")
                .WithDescription("trace_level is OFF, TIMESTAMPS or TENSORS; one call in trace_rate is traced, trace_count of them from now on. null clears what was said before. It outlasts a restart; counting begins anew then.")
                .Needs(Permissions.Manage).Accepts<TraceSettingMessage>("application/json", "*/*").Produces<TraceSettingMessage>()
                .Produces<InferError>(400).Produces<InferError>(403).Produces<InferError>(404).Produces<InferError>(415);
        }

        v2.MapGet("/logging", (ServerSettings settings) => Answer(settings.Log())).WithSummary("What the log tells").Needs(Permissions.Manage).Produces<LogSettingMessage>();
        v2.MapPost("/logging", SetLogAsync).WithSummary("Let the log tell more, or less").WithDescription("It outlasts a restart.")
            .Needs(Permissions.Manage).Accepts<LogSettingMessage>("application/json", "*/*").Produces<LogSettingMessage>()
            .Produces<InferError>(400).Produces<InferError>(403).Produces<InferError>(415);
    }

    static async Task<ContentHttpResult> TraceAsync(string? model, ServerSettings settings, CancellationToken stop) => Answer(Write(await settings.TraceAsync(model, stop)));

    static async Task<ContentHttpResult> SetTraceAsync(string? model, HttpContext http, ServerSettings settings, CancellationToken stop) =>
        Answer(Write(await settings.SetTraceAsync(http, model, Read(await ReadAsync(http, TraceSettingWire.Names, stop)), stop)));

    static async Task<ContentHttpResult> SetLogAsync(HttpContext http, ServerSettings settings, CancellationToken stop) =>
        Answer(settings.SetLog(http, await ReadAsync(http, LogSettingWire.Names, stop)));

    static async Task<JsonObject> ReadAsync(HttpContext http, IReadOnlyList<string> names, CancellationToken stop)
    {
        var fields = new JsonFields(await JsonBody.ReadAsync(http.Request, stop, JsonType.Anything), [.. names]);
        fields.Finish();
        return fields.All;
    }

    /// <summary>Numbers may come as numbers or as texts, lists of one as such: clients differ.</summary>
    static Dictionary<string, IReadOnlyList<string>?> Read(JsonObject body) => body.ToDictionary(
        setting => setting.Key,
        setting => setting.Value switch
        {
            null => (IReadOnlyList<string>?)null,
            JsonValue value => [value.ToString()],
            JsonArray values when values.All(v => v is JsonValue) => [.. values.Select(v => v!.ToString())],
            var other => throw new InputException($"{other.GetValueKind() switch { JsonValueKind.Object => "an object", _ => "a list of lists" }} as '{setting.Key}'", "a text, or a list of texts"),
        });

    static JsonObject Write(OrderedDictionary<string, string[]> settings)
    {
        var written = new JsonObject();
        foreach (var (name, values) in settings) written[name] = TraceSettingWire.IsList(name) ? new JsonArray([.. values.Select(value => (JsonNode)value)]) : (JsonNode)values[0];
        return written;
    }

    static ContentHttpResult Answer(JsonObject settings) => TypedResults.Text(settings.ToJsonString(), "application/json");
}
