using Microsoft.OpenApi;
using Takt.Doors.Requests;

namespace Takt.Doors.Descriptions;

/// <summary>The headers that limit a call's time, for the descriptions of the calls that know them.</summary>
static class DescribedLimits
{
    /// <summary>Says in the description of a call that it knows them.</summary>
    public static RouteHandlerBuilder TakesLimits(this RouteHandlerBuilder call) => call.WithMetadata(new Limits());

    /// <summary>Describes them, where a call knows them.</summary>
    public static void Describe(OpenApiOperation operation, IList<object> metadata)
    {
        if (!metadata.OfType<Limits>().Any()) return;
        operation.Parameters ??= [];
        operation.Parameters.Add(Header(CallContexts.TimeoutHeader, JsonSchemaType.Number, "How long the caller waits, in milliseconds. Of several limits the earliest counts."));
        operation.Parameters.Add(Header(CallContexts.DeadlineHeader, JsonSchemaType.String, "The moment after which the answer is worth nothing, as in RFC 3339 with its zone."));
    }

    static OpenApiParameter Header(string name, JsonSchemaType type, string meaning) =>
        new() { Name = name, In = ParameterLocation.Header, Description = meaning, Schema = new OpenApiSchema { Type = type, Format = type == JsonSchemaType.String ? "date-time" : null } };

    /// <summary>Marks such calls.</summary>
    sealed record Limits;
}
