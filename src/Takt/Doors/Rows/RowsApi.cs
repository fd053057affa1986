using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Doors.Bodies;
using Takt.Doors.Descriptions;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Serving.Planes;

namespace Takt.Doors.Rows;

/// <summary>Takt's own way to a prediction: rows by column name, in and out.</summary>
static class RowsApi
{
    /// <summary>Maps the call.</summary>
    public static void MapRowsApi(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/models/{model}/predict", PredictAsync)
            .WithTags("Predictions")
            .WithSummary("Predict rows")
            .WithDescription("The model is NAME, NAME@ALIAS or NAME:VERSION. ?explain says why, row by row. onError \"skip\" answers the good rows of a batch that holds bad ones.")
            .Accepts<RowsRequest>("application/json")
            .Produces<RowsResponse>()
            .Fails(400, 404, 413, 415, 503);

    static async Task<Ok<RowsResponse>> PredictAsync(string model, string? explain, HttpRequest http, DataPlane plane, CancellationToken stop)
    {
        var reference = ModelReference.Parse(model);
        var request = Read(await JsonBody.ReadAsync(http, stop));
        if (IsAsked(explain)) request = request with { Explain = true };
        return TypedResults.Ok(await plane.PredictAsync(reference, request, stop));
    }

    static RowsRequest Read(ReadOnlyMemory<byte> body)
    {
        var fields = new JsonFields(body, "rows", "onError", "explain");
        var request = new RowsRequest(
            fields.Objects("rows", "objects, one a row, with values by column name"),
            fields.Choice("onError", OnError.Fail, ("fail", OnError.Fail), ("skip", OnError.Skip)),
            fields.Flag("explain", otherwise: false));
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
