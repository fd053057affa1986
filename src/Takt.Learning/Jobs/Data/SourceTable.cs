using Takt.Data.Readers;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Data.Targets;
using Takt.Learning.Specs;
using Takt.Protocols.Problems;

namespace Takt.Learning.Jobs.Data;

/// <summary>A file as a training sees it: the rows, what each column is for, and the target.</summary>
/// <param name="Table">The rows; remaining life, if that is the target, is a column.</param>
/// <param name="Roles">What is not a feature, by column name.</param>
/// <param name="Target">Name of the target column.</param>
/// <param name="Sha256">Of the file.</param>
/// <param name="Notes">What was left out in reading.</param>
sealed record SourceTable(Table Table, IReadOnlyDictionary<string, ColumnRole> Roles, string Target, string Sha256, IReadOnlyList<string> Notes)
{
    /// <summary>Reads the file to learn from.</summary>
    public static SourceTable Read(TrainSpec spec, IProgress<double>? progress, CancellationToken stop) =>
        Read(spec, spec.Data.File, lifeAfterLast: null, spec.Data.Target.RemainingLife?.Cap, progress, stop);

    /// <summary>Reads the file to be tested on; remaining life is not capped there.</summary>
    public static SourceTable ReadTest(TrainSpec spec, TestFileSpec test, CancellationToken stop) =>
        Read(spec, test.File, test.Answers is null ? null : LifeAnswers.Read(spec.PathOf(test.Answers)), cap: null, progress: null, stop);

    /// <summary>The column of a role, or null.</summary>
    public Column? Of(ColumnRole role) => Roles.FirstOrDefault(r => r.Value == role).Key is { } name ? Table[name] : null;

    static SourceTable Read(TrainSpec spec, string file, IReadOnlyList<double>? lifeAfterLast, double? cap, IProgress<double>? progress, CancellationToken stop)
    {
        var read = TableReader.Read(spec.PathOf(file), OptionsOf(spec.Data), progress, stop);
        if (read.Table.RowCount == 0) throw new InputException("no rows", "rows to learn from", where: file);
        var table = read.Table;
        var roles = RolesOf(spec.Data, table, file);
        string[] notes = read.BadRowCount == 0 ? [] : [$"{read.BadRowCount} rows of {file} could not be read and were left out"];
        if (spec.Data.Target.RemainingLife is null)
            return new(table, roles, roles.First(r => r.Value == ColumnRole.Target).Key, read.Sha256, notes);

        (table, _) = RemainingLife.AddTo(table, SchemaFitting.Fit(table, roles), cap, lifeAfterLast);
        roles.Add(RemainingLife.DefaultName, ColumnRole.Target);
        return new(table, roles, RemainingLife.DefaultName, read.Sha256, notes);
    }

    static ReadOptions OptionsOf(DataSpec data) => new()
    {
        Delimiter = data.Delimiter,
        Encoding = data.Encoding is null ? null : EncodingName.Find(data.Encoding),
        Header = data.Header,
        Columns = data.Columns,
        OnBadRow = data.OnBadRow,
    };

    /// <summary>Roles by the columns' own names; every name that is no column's is reported.</summary>
    static Dictionary<string, ColumnRole> RolesOf(DataSpec data, Table table, string file)
    {
        var roles = new Dictionary<string, ColumnRole>();
        var problems = new List<Problem>();
        if (data.Target.Column is { } target) Add(target, ColumnRole.Target, "target");
        if (data.Group is { } group) Add(group, ColumnRole.Group, "group");
        if (data.Time is { } time) Add(time, ColumnRole.Time, "time");
        foreach (string ignored in data.Ignore) Add(ignored, ColumnRole.Ignored, "ignore");
        return problems.Count == 0 ? roles : throw new InputException(problems);

        void Add(string name, ColumnRole role, string key)
        {
            if ((table.Find(name) ?? table.Find(ColumnName.Parse(name).Name)) is { } column) roles.TryAdd(column.Name, role);
            else problems.Add(new($"data.{key}: no column '{name}'", "a column of the data", table.Suggest(name), file));
        }
    }
}
