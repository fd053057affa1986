using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Access;
using Takt.Doors.Bodies;
using Takt.Doors.Requests;
using Takt.Doors.TensorFlowServing;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Protocols.Rows;
using Takt.Registry.Access;
using Takt.Serving.Planes;
using Takt.Web.Access;

namespace Takt.Doors.Invocations;

/// <summary>
/// The scoring call of MLflow and SageMaker: <c>POST /invocations</c>. It names no model in its path: <c>?model=</c> or SageMaker's header does, or there is only one.
/// </summary>
static class InvocationsApi
{
    const string TargetHeader = "X-Amzn-SageMaker-Target-Model";

    static readonly string[] s_forms = ["dataframe_split", "dataframe_records", "instances", "inputs"];

    /// <summary>Maps /invocations and /ping.</summary>
    public static void MapInvocationsApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/ping", (DataPlane plane) => plane.IsReady ? Results.Text("\n") : Results.StatusCode(StatusCodes.Status503ServiceUnavailable)).ExcludeFromDescription().ForEveryone();
        app.MapPost("/invocations", InvokeAsync).ExcludeFromDescription().Needs(Permissions.Predict);
    }

    static async Task<IResult> InvokeAsync(HttpContext http, string? model, DataPlane plane, CancellationToken stop)
    {
        var reference = await ReferenceAsync(http, model, plane, stop);
        if (IsCsv(http.Request.ContentType)) return await PredictAsync(http, plane, reference, CsvRows.Read(await JsonBody.ReadBytesAsync(http.Request, stop)));

        var body = Parse(await JsonBody.ReadAsync(http.Request, stop, JsonType.Json));
        if (s_forms.Where(body.ContainsKey).ToList() is not [var form])
            throw new InputException($"{body.Count(f => s_forms.Contains(f.Key))} of {string.Join(", ", s_forms)}", "exactly one of them");
        switch (form)
        {
            case "dataframe_split": return await PredictAsync(http, plane, reference, Split(body[form]));
            case "dataframe_records": return await PredictAsync(http, plane, reference, Records(body[form]));
            default:
                var (description, _) = await plane.DescribeAsync(reference, stop);
                var inputs = form == "instances" ? RowForm.Read(description, body[form]) : ColumnForm.Read(description, body[form]);
                var answer = await plane.InferAsync(CallContexts.Of(http, reference, null, RequestDoors.Invocations), inputs);
                AnsweredCall.Note(http, answer.Model, answer.Version, answer.Times);
                return Write(w =>
                {
                    if (form == "instances") RowForm.Write(w, answer.Outputs);
                    else ColumnForm.Write(w, answer.Outputs);
                });
        }
    }

    static async Task<IResult> PredictAsync(HttpContext http, DataPlane plane, ModelReference reference, IReadOnlyList<JsonObject> rows)
    {
        var answer = await plane.PredictAsync(CallContexts.Of(http, reference, null, RequestDoors.Invocations), new RowsRequest(rows));
        AnsweredCall.Note(http, answer.Response.Model, answer.Response.Version, answer.Times);
        return Write(w =>
        {
            w.WriteStartArray();
            foreach (var prediction in answer.Response.Predictions) prediction.Value.WriteTo(w);
            w.WriteEndArray();
        });
    }

    static async Task<ModelReference> ReferenceAsync(HttpContext http, string? model, DataPlane plane, CancellationToken stop)
    {
        string? named = model ?? http.Request.Headers[TargetHeader].FirstOrDefault();
        if (named is not null) return ModelReference.Parse(named).AllowedTo(http);
        var models = (await plane.CatalogAsync(stop)).Models.Where(m => http.MaySee(m.Name)).ToList();
        return models is [var only]
            ? new ModelReference(only.Name).AllowedTo(http)
            : throw new InputException($"no model named, and {models.Count} of them", "?model=NAME", $"There are: {string.Join(", ", models.Select(m => m.Name).Order(StringComparer.Ordinal))}");
    }

    static List<JsonObject> Split(JsonNode? frame)
    {
        if (frame is not JsonObject split || split["columns"] is not JsonArray columns || split["data"] is not JsonArray data)
            throw new InputException("a frame without 'columns' and 'data'", """{"columns": ["a", "b"], "data": [[1, 2]]}""", where: "dataframe_split");
        string[] names = [.. columns.Select(c => c?.ToString() ?? "")];
        var problems = data.Select((row, i) => row is JsonArray values && values.Count == names.Length ? null : new Problem($"a row of {(row as JsonArray)?.Count ?? 0} values", $"{names.Length}", Where: $"dataframe_split.data[{i}]"))
            .OfType<Problem>().ToList();
        problems.AddRange(names.CountBy(name => name).Where(n => n.Value > 1).Select(n => new Problem($"column '{n.Key}' {n.Value} times", "once", Where: "dataframe_split.columns")));
        if (problems.Count > 0) throw new InputException(problems);
        return [.. data.Select(row => new JsonObject(names.Select((name, i) => KeyValuePair.Create(name, row![i]?.DeepClone()))))];
    }

    static List<JsonObject> Records(JsonNode? records) => records is JsonArray list && list.All(r => r is JsonObject)
        ? [.. list.Select(r => (JsonObject)r!.DeepClone())]
        : throw new InputException("'dataframe_records' that is no list of objects", """[{"a": 1, "b": 2}]""");

    static bool IsCsv(string? contentType) => contentType is not null && contentType.Split(';')[0].Trim().Equals("text/csv", StringComparison.OrdinalIgnoreCase);

    static JsonObject Parse(ReadOnlyMemory<byte> body) => JsonBody.ParseObject(body, $"an object with one of {string.Join(", ", s_forms)}");

    static BytesAnswer Write(Action<Utf8JsonWriter> predictions)
    {
        var text = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("predictions");
            predictions(writer);
            writer.WriteEndObject();
        }

        return new BytesAnswer(text.WrittenMemory, "application/json");
    }
}
