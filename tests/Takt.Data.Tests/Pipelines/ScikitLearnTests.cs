using System.Text.Json;
using Takt.Data.Pipelines;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Tables;

namespace Takt.Data.Tests.Pipelines;

/// <summary>Against values that eng/golden/prepare.py took from scikit-learn.</summary>
public class ScikitLearnTests
{
    sealed record Goldens(double[][] Train, double[][] Test, Dictionary<string, double[][]> Scaled, string[] Grades, string[] Asked, float[] OneHot, double[][] Settings, int[] Clusters);

    static readonly Goldens Expected = JsonSerializer.Deserialize<Goldens>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Pipelines", "prepare.golden.json")), JsonSerializerOptions.Web)!;

    static Table TableOf(double[][] columns) => new([.. columns.Select((values, i) => new NumberColumn($"c{i}", values))]);

    public static TheoryData<string> Scalers => [.. Expected.Scaled.Keys];

    [Theory, MemberData(nameof(Scalers))]
    public void Scaling_agrees_on_rows_that_training_did_not_see_a_constant_column_included(string scaler)
    {
        StepSpec step = scaler switch { "standardise" => new Standardise(), "min-max" => new MinMax { Lower = -1 }, _ => new Robust() };
        var pipeline = Some.Fit(TableOf(Expected.Train), step);

        var batch = pipeline.Transform(TableOf(Expected.Test));

        for (int column = 0; column < 3; column++)
        {
            float[] ours = batch.Feature(column);
            for (int row = 0; row < ours.Length; row++) Assert.Equal(Expected.Scaled[scaler][column][row], ours[row], 1e-6 * Math.Max(1, Math.Abs(ours[row])));
        }
    }

    [Fact]
    public void One_hot_agrees_and_an_unknown_category_is_all_zeros()
    {
        var pipeline = Some.Fit(Some.Table(Some.Text("Grade", Expected.Grades)), new OneHot());

        Assert.Equal(["Grade = H", "Grade = L", "Grade = M"], pipeline.Features.Select(f => f.Name));
        Assert.Equal(Expected.OneHot, pipeline.Transform(Some.Table(Some.Text("Grade", Expected.Asked))).Values);
    }

    [Theory, InlineData(0UL), InlineData(1UL), InlineData(2UL)]
    public void Conditions_found_are_the_clusters_of_k_means_whatever_the_seed(ulong seed)
    {
        var table = TableOf(Expected.Settings);
        var pipeline = Pipeline.Fit(table, Some.SchemaOf(table),
            new([new Condition { Columns = ["c0", "c1", "c2"], Count = 6 }, new Ordinal { Columns = ["condition"] }]), seed);

        float[] ours = pipeline.Feature(table, "condition");

        // the same rows share a cluster; the numbers of the clusters are each one's own
        for (int a = 0; a < ours.Length; a++)
            for (int b = 0; b < a; b++)
                Assert.Equal(Expected.Clusters[a] == Expected.Clusters[b], ours[a] == ours[b]);
    }
}
