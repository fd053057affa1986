using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines;

/// <summary>What a fitted pipeline is, as the <c>pipeline.json</c> of a package holds it.</summary>
/// <param name="Format">1.</param>
/// <param name="Schema">The input columns.</param>
/// <param name="Steps">First to last.</param>
/// <param name="Window">The window at the end, or null.</param>
/// <param name="Features">The network's inputs.</param>
/// <param name="Fill">For each feature the median of the training rows: what it becomes should it be missing after all steps.</param>
/// <param name="Notes">For the model card.</param>
sealed record PipelineDocument(
    int Format, Schema Schema, IReadOnlyList<FittedStep> Steps,
    FittedWindow? Window, IReadOnlyList<FeatureName> Features, double[] Fill, IReadOnlyList<string> Notes)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    };

    public static PipelineDocument Of(Schema schema, Table training, FittingContext context, FeatureSet features)
    {
        var described = TrainingSchema.Describe(schema, training, [.. context.Steps.SelectMany(s => s.Reads), .. features.Names.Select(f => f.Name)]);
        return new(1, described, context.Steps, context.Window, features.Names, features.Fill, context.Notes);
    }

    /// <summary>The columns that the steps read, that are features as they are, or that put rows in order where that is needed.</summary>
    public InputColumns Inputs()
    {
        bool sorted = Window is not null || Steps.Any(s => s.LooksBack);
        HashSet<string> used = [.. Steps.SelectMany(s => s.Reads), .. Features.Select(f => f.Name)];
        return new([.. Schema.Columns.Where(c => used.Contains(c.Name) || (sorted && c.Role is ColumnRole.Group or ColumnRole.Time))], sorted);
    }

    public static PipelineDocument Read(JsonNode json)
    {
        const string WayOut = "Take pipeline.json from a .takt package of this version of Takt";
        if (json is not JsonObject map || map["format"] is not JsonValue format || format.ToString() != "1")
            throw new InputException("a pipeline without format 1", "a fitted pipeline", WayOut);
        try
        {
            return map.Deserialize<PipelineDocument>(Json) ?? throw new InputException("an empty pipeline", "a fitted pipeline", WayOut);
        }
        catch (JsonException e)
        {
            throw new InputException($"a pipeline that cannot be read: {e.Message}", "a fitted pipeline", WayOut);
        }
    }
}
