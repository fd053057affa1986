using Takt.Doors.Bodies;
using Takt.Doors.Descriptions;
using Takt.Doors.Errors;
using Takt.Doors.Requests;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Protocols.Rows;
using Takt.Serving.Planes;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Doors.Rows;

/// <summary>Takt's own way to a prediction: rows by column name, in and out.</summary>
static class RowsApi
{
    /// <summary>Maps the call.</summary>
    public static void MapRowsApi(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/models/{model}/predict", PredictAsync)
            .WithTags("Predictions")
            .Needs(Permissions.Predict)
            .WithSummary("Predict rows")
            .WithDescription("The model is NAME, NAME@ALIAS or NAME:VERSION. ?explain says why, row by row. onError \"skip\" answers the good rows of a batch that holds bad ones. parameters (station, recipe, …) may decide which version answers; what cannot be answered within timeoutMs, or until deadline, is refused at once.")
            .Accepts<RowsRequest>("application/json")
            .Produces<RowsResponse>()
            .TakesLimits().Fails(400, 404, 413, 415, 429, 503, 504);

    static async Task<IResult> PredictAsync(string model, string? explain, HttpRequest http, DataPlane plane, CancellationToken stop)
    {
        var reference = ModelReference.Parse(model);
        var request = Read(await JsonBody.ReadAsync(http, stop));
        if (IsAsked(explain)) request = request with { Explain = true };
        var call = CallContexts.Of(http.HttpContext, reference, null, RequestDoors.Rows) with { Parameters = request.Parameters ?? new Dictionary<string, string>(), Priority = request.Priority };
        call = call.Within(request.TimeoutMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null, request.Deadline);
        var (answer, refusal) = await plane.TryPredictAsync(call, request);
        if (answer is null) return new RefusedAnswer(refusal!);
        var (response, times) = answer;
        AnsweredCall.Note(http.HttpContext, response.Model, response.Version, times);
        return new JsonAnswer<RowsResponse>(response, RowsJson.Default.RowsResponse);
    }

    static RowsRequest Read(ReadOnlyMemory<byte> body)
    {
        var fields = new JsonFields(body, "rows", "onError", "explain", "parameters", "priority", "timeoutMs", "deadline");
        var request = new RowsRequest(
            fields.Objects("rows", "objects, one a row, with values by column name"),
            fields.Choice("onError", OnError.Fail, ("fail", OnError.Fail), ("skip", OnError.Skip)),
            fields.Flag("explain", otherwise: false))
        {
            Parameters = fields.Texts("parameters"),
            Priority = fields.Number("priority", otherwise: 0, "a whole number from 0; 1 is the most urgent"),
            TimeoutMs = fields.Milliseconds("timeoutMs"),
            Deadline = fields.Moment("deadline"),
        };
        fields.Finish();
        return request;
    }

    /// <summary>?explain, ?explain=true and ?explain=1 ask; ?explain=false and nothing do not.</summary>
    static bool IsAsked(string? explain) => explain switch
    {
        null or "false" or "0" => false,
        "" or "true" or "1" => true,
        _ => throw new InputException($"explain={explain}", "explain, explain=true or explain=false"),
    };
}
