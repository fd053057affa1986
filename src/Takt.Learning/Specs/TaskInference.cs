using Takt.Data.Tables;

namespace Takt.Learning.Specs;

/// <summary>Tells the task from the target column.</summary>
public static class TaskInference
{
    /// <summary>
    /// Most different whole numbers that are taken for class labels. Twenty keeps fault codes and quality grades classes, and counts numbers;
    /// a spec's <c>task</c> overrides it.
    /// </summary>
    public const int MostNumericClasses = 20;

    /// <summary>Text and true/false are classes; numbers are classes if they are whole and two (or few against the rows: at most 20, each at least 20 times on average).</summary>
    /// <param name="target">The target column; missing values are passed over.</param>
    public static LearningTask Of(Column target)
    {
        if (target.Kind is ColumnKind.Text or ColumnKind.Boolean) return LearningTask.Classification;
        if (target is not NumberColumn numbers) return LearningTask.Regression;
        var different = new HashSet<double>();
        int rows = 0;
        foreach (double value in numbers.Values)
        {
            if (double.IsNaN(value)) continue;
            rows++;
            if (value != Math.Floor(value)) return LearningTask.Regression;
            if (different.Add(value) && different.Count > MostNumericClasses) return LearningTask.Regression;
        }

        return different.Count <= 2 || rows >= different.Count * MostNumericClasses ? LearningTask.Classification : LearningTask.Regression;
    }
}
