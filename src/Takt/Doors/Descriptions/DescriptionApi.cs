using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Takt.Protocols.OpenInference;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Doors.Descriptions;

/// <summary>What can be called: for programs as OpenAPI at /openapi/v1.json, for people as a page at /openapi.</summary>
static class DescriptionApi
{
    /// <summary>Describes every call under /api and /v2.</summary>
    public static void AddDescriptions(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.ShouldInclude = call => call.RelativePath is { } path && (path.StartsWith("api/", StringComparison.Ordinal) || path == "v2" || path.StartsWith("v2/", StringComparison.Ordinal));
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Takt";
            document.Info.Description = "Models of a plant, served. Every failure under /api is application/problem+json, under /v2 {\"error\": text}.";
            document.Servers?.Clear(); // paths are relative: behind a proxy the server does not know its own address
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            DescribedLimits.Describe(operation, context.Description.ActionDescriptor.EndpointMetadata);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(IReadOnlyList<InferTensor>)) schema.Items = Tensor();
            return Task.CompletedTask;
        });
    });

    /// <summary>Maps /openapi/v1.json and /openapi.</summary>
    public static void MapDescriptionApi(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi().ForEveryone();
        app.MapGet("/openapi", (EndpointDataSource endpoints) => Results.Content(Page(endpoints), "text/html; charset=utf-8")).ExcludeFromDescription().ForEveryone();
    }

    /// <summary>The tensor has a converter of its own, which no generator can look into.</summary>
    static OpenApiSchema Tensor() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "name", "shape", "datatype", "data" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["name"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["shape"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" } },
            ["datatype"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. TensorTypes.Names.Select(n => (JsonNode)n)] },
            ["data"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema(), Description = "Nested like the shape, or one flat list in row-major order." },
            ["parameters"] = new OpenApiSchema { Type = JsonSchemaType.Object },
        },
    };

    static string Page(EndpointDataSource endpoints)
    {
        var calls =
            from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
            let summary = endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary
            where summary is not null
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
            orderby endpoint.RoutePattern.RawText, method
            select $"<tr><td>{method}<td><code>{Html(endpoint.RoutePattern.RawText)}</code><td>{Html(summary)}";
        return $$"""
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Takt: calls</title>
            <style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}td{padding:.2rem 1rem .2rem 0;vertical-align:top}</style>
            <h1>Calls</h1><p>For programs: <a href="/openapi/v1.json">OpenAPI</a>. Metrics: <a href="/metrics">Prometheus text</a>.</p>
            <table>{{string.Join('\n', calls)}}</table></html>
            """;
    }

    static string Html(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
