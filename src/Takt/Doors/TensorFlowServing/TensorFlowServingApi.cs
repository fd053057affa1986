using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Access;
using Takt.Doors.Bodies;
using Takt.Doors.Requests;
using Takt.Doors.Tensors;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Protocols.Rows;
using Takt.Registry.Access;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Web.Access;

namespace Takt.Doors.TensorFlowServing;

/// <summary>TensorFlow Serving's REST calls, and the list of models that KServe's first protocol adds. A version is a number; a label is an alias.</summary>
static class TensorFlowServingApi
{
    const string Signature = "serving_default", Json = "application/json";

    /// <summary>Maps the calls under /v1/models.</summary>
    public static void MapTensorFlowServingApi(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1/models").WithTags("TensorFlow Serving").ExcludeFromDescription().Needs(Permissions.Read);
        v1.MapGet("", ListAsync);
        foreach (string place in (string[])["/{model}", "/{model}/versions/{version:int}", "/{model}/labels/{label}"])
        {
            v1.MapGet(place, StatusAsync);
            v1.MapGet(place + "/metadata", MetadataAsync);
            v1.MapPost(place + ":predict", PredictAsync).Needs(Permissions.Predict);
            v1.MapPost(place + ":classify", ClassifyAsync).Needs(Permissions.Predict);
            v1.MapPost(place + ":regress", RegressAsync).Needs(Permissions.Predict);
        }
    }

    static async Task<IResult> ListAsync(HttpContext http, DataPlane plane, CancellationToken stop)
    {
        var models = (await plane.CatalogAsync(stop)).Models;
        return Write(w =>
        {
            w.WriteStartObject();
            w.WriteStartArray("models");
            foreach (string name in models.Select(m => m.Name).Where(http.MaySee).Order(StringComparer.Ordinal)) w.WriteStringValue(name);
            w.WriteEndArray();
            w.WriteEndObject();
        });
    }

    static async Task<IResult> StatusAsync(string model, int? version, string? label, DataPlane plane, CancellationToken stop)
    {
        var reference = Reference(model, version, label);
        var (found, one) = await plane.ResolveAsync(reference, stop);
        var versions = reference is { Alias: null, Version: null } ? found.Versions.Reverse() : [one];
        return Write(w =>
        {
            w.WriteStartObject();
            w.WriteStartArray("model_version_status");
            foreach (var told in versions)
            {
                var (state, reason) = plane.AvailabilityOf(found, told);
                w.WriteStartObject();
                w.WriteString("version", Text(told.Number));
                w.WriteString("state", state switch { Availability.Ready or Availability.OnDemand => "AVAILABLE", Availability.Loading => "LOADING", _ => "END" });   // what is not in memory is loaded by the first call
                w.WriteStartObject("status");
                w.WriteString("error_code", state == Availability.Failed ? "UNAVAILABLE" : "OK");
                w.WriteString("error_message", reason);
                w.WriteEndObject();
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteEndObject();
        });
    }

    static async Task<IResult> MetadataAsync(string model, int? version, string? label, DataPlane plane, CancellationToken stop)
    {
        var reference = Reference(model, version, label);
        var (description, number) = await plane.DescribeAsync(reference, stop);
        return Write(w =>
        {
            w.WriteStartObject();
            w.WriteStartObject("model_spec");
            w.WriteString("name", reference.Name);
            w.WriteString("signature_name", "");
            w.WriteString("version", Text(number));
            w.WriteEndObject();
            w.WriteStartObject("metadata");
            w.WriteStartObject("signature_def");
            w.WriteStartObject("signature_def");
            w.WriteStartObject(Signature);
            WriteTensors(w, "inputs", description.Inputs);
            WriteTensors(w, "outputs", description.Outputs);
            w.WriteString("method_name", "tensorflow/serving/predict");
            for (int i = 0; i < 5; i++) w.WriteEndObject();
        });
    }

    static async Task<IResult> PredictAsync(string model, int? version, string? label, HttpContext http, DataPlane plane, CancellationToken stop)
    {
        var reference = Reference(model, version, label);
        var body = Parse(await JsonBody.ReadAsync(http.Request, stop, JsonType.Anything));
        CheckSignature(body);
        var (description, _) = await plane.DescribeAsync(reference, stop);
        bool rows = body.ContainsKey("instances"), columns = body.ContainsKey("inputs");
        if (rows == columns) throw new InputException(rows ? "'instances' and 'inputs'" : "Missing 'inputs' or 'instances' key", "one of the two");
        var inputs = rows ? RowForm.Read(description, body["instances"]) : ColumnForm.Read(description, body["inputs"]);
        var answer = await plane.InferAsync(CallContexts.Of(http, reference, null, RequestDoors.TensorFlow), inputs);
        AnsweredCall.Note(http, answer.Model, answer.Version, answer.Times);
        return Write(w =>
        {
            w.WriteStartObject();
            w.WritePropertyName(rows ? "predictions" : "outputs");
            if (rows) RowForm.Write(w, answer.Outputs);
            else ColumnForm.Write(w, answer.Outputs);
            w.WriteEndObject();
        });
    }

    static async Task<IResult> ClassifyAsync(string model, int? version, string? label, HttpContext http, DataPlane plane, CancellationToken stop)
    {
        var predictions = await AskExamplesAsync(model, version, label, "classification", http, plane, stop);
        return Write(w => WriteResults(w, predictions, prediction =>
        {
            w.WriteStartArray();
            foreach (var (name, probability) in (prediction.Probabilities ?? new Dictionary<string, double> { [prediction.Value.ToString()] = 1 }).OrderByDescending(p => p.Value))   // a graph may tell the class alone
            {
                w.WriteStartArray();
                w.WriteStringValue(name);
                w.WriteNumberValue(probability);
                w.WriteEndArray();
            }

            w.WriteEndArray();
        }));
    }

    static async Task<IResult> RegressAsync(string model, int? version, string? label, HttpContext http, DataPlane plane, CancellationToken stop)
    {
        var predictions = await AskExamplesAsync(model, version, label, "regression", http, plane, stop);
        return Write(w => WriteResults(w, predictions, prediction => prediction.Value.WriteTo(w)));
    }

    static async Task<IReadOnlyList<RowPrediction>> AskExamplesAsync(string model, int? version, string? label, string task, HttpContext http, DataPlane plane, CancellationToken stop)
    {
        var reference = Reference(model, version, label);
        var body = Parse(await JsonBody.ReadAsync(http.Request, stop, JsonType.Anything));
        CheckSignature(body);
        if (body["examples"] is not JsonArray { Count: > 0 } examples || examples.Any(e => e is not JsonObject)) throw new InputException("no list 'examples' of objects", "one object an example, values by feature");
        var (description, _) = await plane.DescribeAsync(reference, stop);
        if (description.Task != task) throw new InputException($"a model of {description.Task}", task, "Ask with :predict");
        var context = body["context"] as JsonObject ?? [];
        var rows = examples.Select(example => new JsonObject(context.Where(c => !example!.AsObject().ContainsKey(c.Key)).Concat(example!.AsObject()).Select(f => KeyValuePair.Create(f.Key, Single(f.Value))))).ToList();
        var answer = await plane.PredictAsync(CallContexts.Of(http, reference, null, RequestDoors.TensorFlow), new RowsRequest(rows));
        AnsweredCall.Note(http, answer.Response.Model, answer.Response.Version, answer.Times);
        return answer.Response.Predictions;
    }

    /// <summary>A feature is a value or a list of one.</summary>
    static JsonNode? Single(JsonNode? value) => (value is JsonArray { Count: 1 } list ? list[0] : value)?.DeepClone();

    static JsonObject Parse(ReadOnlyMemory<byte> body) => JsonBody.ParseObject(body, "an object with 'instances' or 'inputs'");

    static void CheckSignature(JsonObject body)
    {
        if (body["signature_name"] is JsonValue name && name.ToString() is not ("" or Signature)) throw new InputException($"signature '{name}'", Signature);
    }

    static ModelReference Reference(string model, int? version, string? label) => ModelReference.Parse(model, version is { } number ? Text(number) : label);

    static void WriteTensors(Utf8JsonWriter w, string name, IReadOnlyList<TensorMetadata> tensors)
    {
        w.WriteStartObject(name);
        foreach (var tensor in tensors)
        {
            w.WriteStartObject(tensor.Name);
            w.WriteString("dtype", TypeName(tensor.Type));
            w.WriteStartObject("tensor_shape");
            w.WriteStartArray("dim");
            foreach (long size in tensor.Shape)
            {
                w.WriteStartObject();
                w.WriteString("size", size.ToString(CultureInfo.InvariantCulture));   // 64-bit numbers are texts in this protocol
                w.WriteString("name", "");
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteBoolean("unknown_rank", false);
            w.WriteEndObject();
            w.WriteString("name", tensor.Name + ":0");
            w.WriteEndObject();
        }

        w.WriteEndObject();
    }

    static string TypeName(TensorType type) => type switch
    {
        TensorType.Fp32 => "DT_FLOAT", TensorType.Fp64 => "DT_DOUBLE", TensorType.Fp16 => "DT_HALF", TensorType.Bf16 => "DT_BFLOAT16", TensorType.Bytes => "DT_STRING",
        _ => "DT_" + type.WireName(),
    };

    static void WriteResults(Utf8JsonWriter w, IReadOnlyList<RowPrediction> predictions, Action<RowPrediction> write)
    {
        w.WriteStartObject();
        w.WriteStartArray("results");
        foreach (var prediction in predictions) write(prediction);
        w.WriteEndArray();
        w.WriteEndObject();
    }

    static BytesAnswer Write(Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(text)) write(writer);
        return new BytesAnswer(text.WrittenMemory, Json);
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
