using System.Diagnostics;
using Takt.Data.Pipelines;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Readers;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Data.Targets;
using Takt.Tests;

namespace Takt.Data.Tests.Pipelines;

public class RealDataTests
{
    static readonly string[] EngineColumns = ["unit", "cycle", "setting1", "setting2", "setting3", .. Enumerable.Range(1, 21).Select(i => $"s{i}")];

    static Table Engines(string file) =>
        TableReader.Read(SharedData.PathOf($"data/cmapss/{file}"), new ReadOptions { Delimiter = ' ', Header = false, Columns = EngineColumns }).Table;

    static Schema EngineSchema(Table table) => Some.SchemaOf(table, ("unit", ColumnRole.Group), ("cycle", ColumnRole.Time));

    [SharedDataFact("data/ai4i2020/ai4i2020.csv.gz")]
    public void The_milling_data_gives_eight_features_of_mean_0_and_deviation_1()
    {
        var table = TableReader.Read(SharedData.PathOf("data/ai4i2020/ai4i2020.csv.gz")).Table;
        var schema = Some.SchemaOf(table, [("Machine failure", ColumnRole.Target), .. new[] { "UDI", "Product ID", "TWF", "HDF", "PWF", "OSF", "RNF" }.Select(n => (n, ColumnRole.Ignored))]);

        var pipeline = Pipeline.Fit(table, schema, PrepareSpec.Auto);

        Assert.Equal(["Air temperature", "Process temperature", "Rotational speed", "Torque", "Tool wear", "Type = H", "Type = L", "Type = M"], pipeline.Features.Select(f => f.Name));
        var batch = pipeline.Transform(table);
        for (int feature = 0; feature < 5; feature++)
        {
            float[] values = batch.Feature(feature);
            Assert.Equal(0, values.Average(v => (double)v), 1e-5);
            Assert.Equal(1, values.Average(v => (double)v * v), 1e-5);
        }

        Assert.Equal([1003, 6000, 2997], [.. Enumerable.Range(5, 3).Select(f => (int)batch.Feature(f).Sum())]); // high, low, medium quality, as published
    }

    [SharedDataFact("data/cmapss/train_FD001.txt.gz")]
    public void Engines_give_as_many_windows_as_their_lives_allow()
    {
        var table = Engines("train_FD001.txt.gz");
        Assert.Equal(20_631, table.RowCount);
        var lives = ((NumberColumn)table["unit"]).Values.GroupBy(u => u).Select(g => g.Count()).ToList();
        Assert.Equal((100, 192, 128), (lives.Count, lives[0], lives.Min()));

        FeatureBatch Cut(Window window) => Pipeline.Fit(table, EngineSchema(table), new([new Auto(), window])).Transform(table);

        var full = Cut(new Window { Length = 30, Padding = WindowPadding.None });
        Assert.Equal(20_631 - (100 * 29), full.Count); // each engine loses 29
        Assert.Equal(30, full.FeatureShape[0]);
        Assert.Equal(29, full.Rows[0]);                // engine 1: cycle 30 ends the first window …
        Assert.Equal(191, full.Rows[162]);             // … and cycle 192 the last of 163
        Assert.Equal(192 + 29, full.Rows[163]);        // engine 2 begins anew
        Assert.Equal(20_631, Cut(new Window { Length = 30 }).Count);
        Assert.Equal(lives.Sum(n => ((n - 30) / 7) + 1), Cut(new Window { Length = 30, Stride = 7, Padding = WindowPadding.None }).Count);
        Assert.Equal(100, Cut(new Window { Length = 30, At = WindowAt.Last }).Count);
    }

    [SharedDataFact("data/cmapss/train_FD001.txt.gz")]
    public void Remaining_life_counts_down_to_the_failure_and_is_capped()
    {
        var table = Engines("train_FD001.txt.gz");
        var (withLife, schema) = RemainingLife.AddTo(table, EngineSchema(table), cap: 125);
        double[] life = ((NumberColumn)withLife["Remaining life"]).Values;

        Assert.Equal("Remaining life", schema.Target!.Name);
        Assert.Equal((125, 125, 124, 0), (life[0], life[66], life[67], life[191])); // engine 1 lives 192 cycles: 125 are left after cycle 67
    }

    [SharedDataFact("data/cmapss/test_FD001.txt.gz")]
    public void Cut_off_histories_take_the_life_after_their_last_row_from_the_answers()
    {
        var table = Engines("test_FD001.txt.gz");
        double[] answers = [.. File.ReadLines(SharedData.PathOf("data/cmapss/RUL_FD001.txt")).Where(l => l.Trim().Length > 0).Select(l => double.Parse(l))];

        var (withLife, _) = RemainingLife.AddTo(table, EngineSchema(table), lifeAfterLast: answers);

        double[] life = ((NumberColumn)withLife["Remaining life"]).Values;
        Assert.Equal(112, life[30]); // engine 1 is seen for 31 cycles and lives 112 more
        Assert.Equal(142, life[0]);
    }

    [SharedDataFact("data/cmapss/train_FD004.txt.gz")]
    public void Six_operating_conditions_are_found_and_each_is_standardised_for_itself()
    {
        var table = Engines("train_FD004.txt.gz");
        var watch = Stopwatch.StartNew();
        var pipeline = Pipeline.Fit(table, EngineSchema(table), new([
            new Condition { Columns = ["setting1", "setting2", "setting3"], Count = 6 }, new Standardise { By = "condition" }, new OneHot { Columns = ["condition"] }]));
        var batch = pipeline.Transform(table);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}"); // measured 1.5 s; loose, as the machine is shared

        var names = pipeline.Features.Select(f => f.Name).ToList();
        double[] altitude = ((NumberColumn)table["setting1"]).Values;
        float[] s2 = batch.Feature(names.IndexOf("s2"));
        var altitudes = new List<double>();
        for (int condition = 0; condition < 6; condition++)
        {
            float[] member = batch.Feature(names.IndexOf($"condition = {condition}"));
            int[] rows = [.. Enumerable.Range(0, member.Length).Where(row => member[row] == 1)];
            altitudes.Add(Math.Round(rows.Average(row => altitude[row])));
            Assert.Equal(0, rows.Average(row => (double)s2[row]), 1e-4);
            Assert.Equal(1, rows.Average(row => (double)s2[row] * s2[row]), 1e-4);
        }

        Assert.Equal([0, 10, 20, 25, 35, 42], altitudes); // thousand feet, as published
    }
}
