using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Profiles;

/// <summary>Describes a table and says what to look at before learning from it: gaps, outliers, ids, leakage, rare classes, the course of time.</summary>
public static class Profiler
{
    /// <summary>Profiles a table.</summary>
    /// <param name="table">At least one row.</param>
    /// <param name="target">The column to be predicted, with or without unit; null if there is none yet.</param>
    /// <param name="options">What is known beforehand; null for nothing.</param>
    /// <param name="progress">The fraction of the columns done, 0 to 1.</param>
    /// <param name="stop">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InputException">There is no such target, it is a time, or a role is given for no column.</exception>
    public static TableProfile Profile(Table table, string? target = null, ProfileOptions? options = null, IProgress<double>? progress = null, CancellationToken stop = default)
    {
        options ??= new ProfileOptions();
        var roles = RolesOf(table, target, options);
        var columns = new List<ColumnFacts>();
        foreach (var column in table.Columns)
        {
            stop.ThrowIfCancellationRequested();
            columns.Add(new(column));
            progress?.Report(0.5 * columns.Count / table.Columns.Count);
        }

        RoleSuggestion.Assign(columns, roles, table.RowCount);
        var goal = columns.Find(c => c.Role == ColumnRole.Target) is { } facts ? new TargetFacts(facts) : null;
        var group = columns.Find(c => c.Role == ColumnRole.Group)?.Column;
        var profiles = new List<ColumnProfile>();
        var warnings = new List<ProfileWarning>();
        foreach (var column in columns)
        {
            stop.ThrowIfCancellationRequested();
            var profile = Describe(column, goal, group, options);
            profiles.Add(profile);
            warnings.AddRange(ColumnChecks.Of(column, profile, table.RowCount));
            if (goal is not null) warnings.AddRange(LeakageChecks.Of(column, profile.Association, goal));
            if (column.Role == ColumnRole.Time && profile.Times is { } time) warnings.AddRange(TimeChecks.Of(column.Name, time, table.RowCount));
            progress?.Report(0.5 + 0.5 * profiles.Count / table.Columns.Count);
        }

        if (goal is not null) warnings.AddRange([.. TargetChecks.Of(goal, table.RowCount), .. LeakageChecks.Sums(columns, goal)]);
        int duplicates = RowChecks.Duplicates(columns, table.RowCount);
        warnings.AddRange([.. RowChecks.Of(duplicates, table.RowCount), .. RowChecks.SameColumns(columns, table.RowCount)]);
        return new(table.RowCount, duplicates, profiles, goal?.Profile, goal is null ? RoleSuggestion.Target(columns) : null, [.. warnings.OrderBy(w => w.Kind)]);
    }

    static Dictionary<string, ColumnRole> RolesOf(Table table, string? target, ProfileOptions options)
    {
        var given = new Dictionary<string, ColumnRole>(options.Roles);
        if (target is not null) given[target] = ColumnRole.Target;
        var problems = new List<Problem>();
        var roles = new Dictionary<string, ColumnRole>();
        foreach (var (name, role) in given)
        {
            if ((table.Find(name) ?? table.Find(ColumnName.Parse(name).Name)) is { } column) roles[column.Name] = role;
            else problems.Add(new($"there is no column '{name}' to be {role.ToString().ToLowerInvariant()}", WayOut: table.Suggest(name)));
        }

        if (problems.Count > 0) throw new InputException(problems);
        return roles;
    }

    static ColumnProfile Describe(ColumnFacts column, TargetFacts? target, Column? group, ProfileOptions options)
    {
        var (source, rows) = (column.Column, column.Column.Length);
        return new(column.Name, source.Unit, source.Kind, column.Role, column.Present, rows - column.Present, column.Distinct)
        {
            Numbers = source.Kind == ColumnKind.Number && column.Sorted is { Length: > 0 } sorted ? NumberStatistics.Of(sorted, options.HistogramSteps) : null,
            Top = source.Kind is ColumnKind.Text or ColumnKind.Boolean ? [.. column.Codes!.Classes.Take(options.TopValues)] : null,
            Times = source is TimeColumn times && column.Present > 0 ? TimeStatistics.Of(times, column.Role == ColumnRole.Time ? group : null) : null,
            Association = target is null ? null : TargetAssociation.Of(column, target),
        };
    }
}
