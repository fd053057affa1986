using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Doors.Bodies;
using Takt.Doors.Descriptions;
using Takt.Doors.Requests;
using Takt.Protocols.Explanations;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Protocols.Rows;
using Takt.Registry.Access;
using Takt.Serving.Calls;
using Takt.Serving.Planes;
using Takt.Web.Access;

namespace Takt.Doors.Explanations;

/// <summary>Why a model answers as it does: what each column of a row, or each element of a tensor, contributed, and whether the contributions add up.</summary>
static class ExplainApi
{
    static readonly (string, ExplanationMethod)[] s_methods =
        [("auto", ExplanationMethod.Auto), (Wire(ExplanationMethod.Gradients), ExplanationMethod.Gradients), (Wire(ExplanationMethod.Occlusion), ExplanationMethod.Occlusion)];

    /// <summary>Maps the call.</summary>
    public static void MapExplainApi(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/models/{model}:explain", ExplainAsync)
            .WithTags("Predictions")
            .Needs(Permissions.Predict)
            .WithSummary("Explain answers: what each input contributed")
            .WithDescription("""
                The model is NAME, NAME@ALIAS or NAME:VERSION. A model of columns takes rows and answers with RowExplanations: contributions by column, in the unit of the answer, against the typical row of the
                training data. A graph alone takes inputs (tensors) and answers with TensorExplanations: contributions by element, against zeros or the tensors of baseline. method is auto (by gradients where the graph has
                derivatives throughout, else by occlusion), integrated-gradients or occlusion; completeness tells how far contributions add up.
                """.ReplaceLineEndings(" "))
            .Accepts<ExplainRequest>("application/json")
            .Produces<RowExplanations>()
            .TakesLimits().Fails(400, 404, 413, 415, 429, 503, 504);

    static async Task<IResult> ExplainAsync(string model, HttpRequest http, DataPlane plane, CancellationToken stop)
    {
        var reference = ModelReference.Parse(model);
        var fields = new JsonFields(await JsonBody.ReadAsync(http, stop), "rows", "onError", "inputs", "baseline", "output", "index", "method", "parameters", "priority", "timeoutMs", "deadline");
        var method = fields.Choice("method", ExplanationMethod.Auto, s_methods);
        var call = CallContexts.Of(http.HttpContext, reference, null, RequestDoors.Explain) with
        {
            Parameters = fields.Texts("parameters") ?? new Dictionary<string, string>(),
            Priority = fields.Number("priority", otherwise: 0, "a whole number from 0; 1 is the most urgent"),
        };
        call = call.Within(fields.Milliseconds("timeoutMs") is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null, fields.Moment("deadline"));
        return fields.All.ContainsKey("inputs") ? await TensorsAsync(http, plane, call, method, fields) : await RowsAsync(http, plane, call, method, fields);
    }

    static async Task<IResult> RowsAsync(HttpRequest http, DataPlane plane, CallContext call, ExplanationMethod method, JsonFields fields)
    {
        foreach (string other in (string[])["baseline", "output", "index"])
            if (fields.All.ContainsKey(other)) fields.Wrong(new Problem($"'{other}' beside rows", "it beside inputs", "Rows are explained against the typical row of the training data"));
        var request = new RowsRequest(
            fields.Objects("rows", "objects, one a row, with values by column name"), fields.Choice("onError", OnError.Fail, ("fail", OnError.Fail), ("skip", OnError.Skip)), Explain: true)
        {
            Method = method, Parameters = call.Parameters,
        };
        fields.Finish();
        var (response, times) = await plane.PredictAsync(call, request);
        AnsweredCall.Note(http.HttpContext, response.Model, response.Version, times);
        return new JsonAnswer<RowExplanations>(
            new RowExplanations(response.Model, response.Version, response.Task, response.Target, response.Unit, [.. response.Predictions.Select(Explain)], response.Errors), ExplanationsJson.Default.RowExplanations);
    }

    static RowExplanation Explain(RowPrediction prediction)
    {
        var why = prediction.Explanation!;
        double score = prediction.Probability ?? prediction.Value.GetValue<double>();
        return new RowExplanation(
            prediction.Row, prediction.Value, why.Method, score, why.Baseline, why.Contributions, Completeness.Of(score, why.Baseline, why.Contributions.Sum(c => c.Effect)));
    }

    static async Task<IResult> TensorsAsync(HttpRequest http, DataPlane plane, CallContext call, ExplanationMethod method, JsonFields fields)
    {
        foreach (string other in (string[])["rows", "onError"])
            if (fields.All.ContainsKey(other)) fields.Wrong(new Problem($"'{other}' beside inputs", "rows for a model of columns, or inputs for a graph alone"));
        int index = fields.Number("index", otherwise: -1, "a whole number from 0: the place in the output's row");
        string? output = fields.OptionalText("output", "the name of an output");
        IReadOnlyList<InferTensor> inputs = Tensors(fields, "inputs"), baseline = Tensors(fields, "baseline");
        fields.Finish();
        var (answer, found, model) = await plane.ExplainAsync(call, inputs, new TensorQuestion(output, index < 0 ? null : index, method, baseline));
        AnsweredCall.Note(http.HttpContext, answer.Model, answer.Version, answer.Times);
        double[][] effects = [.. found.Contributions.Select(c => c.AsDoubles()!)];
        int rows = found.Rows.Count;
        return new JsonAnswer<TensorExplanations>(
            new TensorExplanations(answer.Model, answer.Version, found.Output, Wire(found.Method),
            [
                .. found.Rows.Select((row, i) => new TensorRowExplanation(
                    i, row.Index, model.Classes?.ElementAtOrDefault(row.Index), row.Score, row.Baseline,
                    Completeness.Of(row.Score, row.Baseline, effects.Sum(e => e.AsSpan(i * (e.Length / rows), e.Length / rows).ToArray().Sum())))),
            ], found.Contributions), ExplanationsJson.Default.TensorExplanations);
    }

    static InferTensor[] Tensors(JsonFields fields, string name)
    {
        var objects = fields.All.ContainsKey(name) ? fields.Objects(name, "tensors, each with name, shape, datatype and data") : [];
        var tensors = new List<InferTensor>(objects.Count);
        for (int i = 0; i < objects.Count; i++)
        {
            string where = string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]");
            try
            {
                if (objects[i]?.Deserialize(OpenInferenceJson.Default.InferTensor) is not { } tensor) continue; // told already
                if (tensor.IsElsewhere) fields.Wrong(new Problem(BinaryExtension.SizeParameter, "'data'", "This call takes JSON alone: no bytes follow it", where));
                else tensors.Add(tensor);
            }
            catch (JsonException error)
            {
                foreach (var problem in JsonBody.Explain(error).Problems) fields.Wrong(problem with { Where = where });
            }
        }

        return [.. tensors];
    }

    static string Wire(ExplanationMethod method) => method == ExplanationMethod.Gradients ? "integrated-gradients" : "occlusion";
}
