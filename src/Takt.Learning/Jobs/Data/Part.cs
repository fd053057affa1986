using Takt.Data.Pipelines;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Data.Targets;
using Takt.Learning.Training;
using Takt.Tensors;

namespace Takt.Learning.Jobs.Data;

/// <summary>Some rows, ready for the network, with what is true of them.</summary>
/// <param name="Samples">Prepared features and coded targets.</param>
/// <param name="Truth">The class index, or the value in the target's unit.</param>
/// <param name="Groups">The number of each sample's group, from 0; null where there are no groups.</param>
sealed record Part(Samples Samples, double[] Truth, int[]? Groups)
{
    /// <summary>Prepares rows of a table.</summary>
    /// <param name="table">All rows; those before a row are its history.</param>
    /// <param name="rows">The rows to answer for; those without a target value are left out.</param>
    /// <param name="pipeline">The fitted preparation.</param>
    /// <param name="coding">The target.</param>
    /// <param name="which">Which rows get a window.</param>
    public static Part Of(Table table, int[] rows, Pipeline pipeline, TargetCoding coding, WindowRows which)
    {
        int[] needed = WithHistory(table, rows, pipeline);
        var batch = pipeline.Transform(needed.Length == table.RowCount ? table : table.Take(needed), which);
        var wanted = rows.Where(row => !table[coding.Name].IsMissing(row)).ToHashSet();
        int width = batch.Count == 0 ? 0 : batch.Values.Length / batch.Count;
        int[] kept = [.. Enumerable.Range(0, batch.Count).Where(i => wanted.Contains(needed[batch.Rows[i]]))];
        float[] features = kept.Length == batch.Count ? batch.Values : new float[kept.Length * width];
        if (kept.Length < batch.Count)
            for (int i = 0; i < kept.Length; i++) batch.Values.AsSpan(kept[i] * width, width).CopyTo(features.AsSpan(i * width));

        int[] sampled = [.. kept.Select(i => needed[batch.Rows[i]])];
        float[] targets = coding.Kind == TargetKind.Classification ? [.. coding.EncodeClasses(table, sampled).Select(c => (float)c)] : coding.EncodeValues(table, sampled);
        double[] truth = coding.Kind == TargetKind.Classification ? [.. targets.Select(t => (double)t)] : [.. sampled.Select(row => ((NumberColumn)table[coding.Name]).Values[row])];
        return new(new Samples(features, batch.FeatureShape, targets), truth, GroupsOf(table, sampled, pipeline.Schema));
    }

    /// <summary>The rows and, where steps may look back, all rows of their groups, in table order: a validation row may know the past of its machine, as it will when served.</summary>
    static int[] WithHistory(Table table, int[] rows, Pipeline pipeline)
    {
        string[] groups = [.. pipeline.Schema.Of(ColumnRole.Group).Select(c => c.Name)];
        if (!pipeline.LooksBack) return rows;
        if (groups.Length == 0) return [.. Enumerable.Range(0, table.RowCount)];
        var present = rows.Select(row => Key(table, groups, row)).ToHashSet();
        return [.. Enumerable.Range(0, table.RowCount).Where(row => present.Contains(Key(table, groups, row)))];
    }

    static int[]? GroupsOf(Table table, int[] rows, Schema schema)
    {
        string[] groups = [.. schema.Of(ColumnRole.Group).Select(c => c.Name)];
        if (groups.Length == 0) return null;
        var numbers = new Dictionary<string, int>();
        return [.. rows.Select(row =>
        {
            string key = Key(table, groups, row);
            if (!numbers.TryGetValue(key, out int number)) numbers.Add(key, number = numbers.Count);
            return number;
        })];
    }

    static string Key(Table table, string[] groups, int row) => groups.Length == 1 ? table[groups[0]].TextAt(row) : string.Join('\u001f', groups.Select(g => table[g].TextAt(row)));
}
