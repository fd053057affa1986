using Takt.Data.Tables;

namespace Takt.Data.Profiles;

/// <summary>The target as associations need it.</summary>
sealed class TargetFacts
{
    public TargetFacts(ColumnFacts facts)
    {
        Facts = facts;
        bool classes = facts.Column.Kind is ColumnKind.Text or ColumnKind.Boolean || facts.Distinct <= 2;
        Task = classes ? TargetTask.Classification : TargetTask.Regression;
        Codes = facts.Codes;
        Values = facts.Column is NumberColumn numbers ? numbers.Values : [];
        if (facts.Column is TimeColumn) throw new Protocols.Problems.InputException($"the target '{facts.Name}' is a time", "numbers, booleans or text", "Name another target");
    }

    public ColumnFacts Facts { get; }

    public TargetTask Task { get; }

    /// <summary>For classification: a class for each row, −1 where missing.</summary>
    public ColumnCodes? Codes { get; }

    /// <summary>For regression.</summary>
    public double[] Values { get; }

    public int ClassCount => Codes?.Classes.Count ?? 0;

    public TargetProfile Profile => new(Facts.Name, Task, Task == TargetTask.Classification ? Codes!.Classes : null);
}
