using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Packages;

/// <summary>Which columns of a table stand for which places of a graph's inputs: in order, the first input's first.</summary>
public static class TabularSchema
{
    /// <summary>Gives the columns the kinds of values that the graph takes.</summary>
    /// <param name="model">The graph; each of its inputs has an open first axis, the rows, and at most one other.</param>
    /// <param name="columns">Names and units in the order of the graph's inputs.</param>
    /// <exception cref="InputException">There are too many or too few, a name comes twice, or the graph takes no rows of columns.</exception>
    public static Schema Bind(TensorModel model, IReadOnlyList<ColumnSchema> columns)
    {
        var problems = columns.CountBy(c => c.Name).Where(c => c.Value > 1).Select(c => new Problem($"column '{c.Key}' {c.Value} times", "once", Where: "columns")).ToList();
        int[] widths = [.. model.Inputs.Select(input => WidthOf(input, model.Inputs.Count, columns.Count, problems))];
        if (problems.Count == 0 && widths.Sum() != columns.Count)
            problems.Add(new Problem($"{columns.Count} columns", $"{widths.Sum()}, for {string.Join(", ", model.Inputs)}", "Name one column for each place of the graph's inputs, in their order", "columns"));
        if (problems.Count > 0) throw new InputException(problems);
        var kinds = model.Inputs.SelectMany((input, i) => Enumerable.Repeat(KindOf(input.Type), widths[i]));
        return new Schema([.. columns.Zip(kinds, (column, kind) => column.Kind == kind ? column with { Role = ColumnRole.Feature } : new ColumnSchema(column.Name, kind, ColumnRole.Feature, column.Unit))]);
    }

    /// <summary>How many columns an input takes.</summary>
    internal static int WidthOf(SignatureTensor input, int inputs, int columns, List<Problem> problems)
    {
        switch (input.Metadata(rank: 2).Shape)
        {
            case [-1]: return 1;
            case [-1, > 0 and <= int.MaxValue and var width]: return (int)width;
            case [-1, -1] when inputs == 1: return columns;
            default:
                problems.Add(new Problem($"input {input}", "rows of columns: an open first axis and one of a known size", "Leave --columns out: the model is asked with tensors", "columns"));
                return 0;
        }
    }

    static ColumnKind KindOf(TensorType type) => type switch { TensorType.Bytes => ColumnKind.Text, TensorType.Bool => ColumnKind.Boolean, _ => ColumnKind.Number };
}
