using System.Globalization;
using System.IO.Compression;
using Takt.Data.Schemas;
using Takt.Data.Splits;
using Takt.Learning.Specs;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Learning.Jobs.Data;

/// <summary>Parts the rows of a file as the spec says.</summary>
static class SpecSplit
{
    public static RowSplit Of(TrainSpec spec, SourceTable source, LearningTask task)
    {
        var split = spec.Data.Split;
        var shares = new SplitShares(spec.Data.Test is null ? split.Test : 0, split.Validation);
        var random = new Generator(split.Seed);
        int[]? testRows = split.TestRows is { } named ? TestRowsOf(spec, named) : null;
        return split.By switch
        {
            SplitBy.Group when source.Of(ColumnRole.Group) is { } group => Split.ByGroup([group], shares, random, testRows),
            SplitBy.Time when source.Of(ColumnRole.Time) is { } time => Split.ByTime(time, shares, testRows),
            SplitBy.Time => Split.ByTime(source.Table.RowCount, shares, testRows),
            _ when split.Stratify ?? task == LearningTask.Classification => Split.Stratified(source.Table[source.Target], shares, random, testRows),
            _ => Split.Random(source.Table.RowCount, shares, random, testRows),
        };
    }

    static int[] TestRowsOf(TrainSpec spec, TestRowsSpec named)
    {
        if (named.Rows is { } rows) return [.. rows];
        string path = spec.PathOf(named.File!);
        using Stream file = File.OpenRead(path), plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(plain);
        string? line = null;
        for (int i = 0; i < named.Line; i++)
            line = reader.ReadLine() ?? throw new InputException($"line {named.Line} of test rows", $"at most {i}, the lines of the file", where: named.File);
        string[] parts = line!.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return [.. parts.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int row)
            ? row
            : throw new InputException($"'{part}'", "a row number, counted from 0", where: $"{named.File} line {named.Line}"))];
    }
}
