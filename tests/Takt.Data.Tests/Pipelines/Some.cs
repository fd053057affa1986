using Takt.Data.Pipelines;
using Takt.Data.Schemas;
using Takt.Data.Tables;

namespace Takt.Data.Tests.Pipelines;

/// <summary>Small tables and what a pipeline makes of them.</summary>
static class Some
{
    public static NumberColumn Number(string name, params double[] values) => new(name, values);

    public static TextColumn Text(string name, params string?[] values) => new(name, values);

    public static TimeColumn Time(string name, params string[] values) =>
        new(name, [.. values.Select(v => (DateTime?)DateTime.SpecifyKind(DateTime.Parse(v), DateTimeKind.Utc))]);

    public static Table Table(params Column[] columns) => new(columns);

    /// <summary>Every column a feature, unless its role is given.</summary>
    public static Schema SchemaOf(Table table, params (string Name, ColumnRole Role)[] roles) => new([.. table.Columns.Select(c =>
        new ColumnSchema(c.Name, c.Kind, roles.FirstOrDefault(r => r.Name == c.Name) is { Name: not null } role ? role.Role : ColumnRole.Feature, c.Unit))]);

    public static Pipeline Fit(Table table, params StepSpec[] steps) => Pipeline.Fit(table, SchemaOf(table), new(steps));

    /// <summary>One feature of every sample.</summary>
    public static float[] Feature(this FeatureBatch batch, int feature)
    {
        int features = batch.FeatureShape[^1];
        return [.. Enumerable.Range(0, batch.Values.Length / features).Select(i => batch.Values[(i * features) + feature])];
    }

    public static float[] Feature(this Pipeline pipeline, Table table, string name) =>
        pipeline.Transform(table).Feature(pipeline.Features.Select(f => f.Name).ToList().IndexOf(name));
}
