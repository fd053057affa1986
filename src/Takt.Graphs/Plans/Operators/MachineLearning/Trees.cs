using Takt.Graphs.Plans.Compiling;
using Takt.Protocols.Problems;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The trees of a node, ready for rows of any element type. Features are compared in the type that they come in.</summary>
/// <param name="node">The node.</param>
/// <param name="nodes">All nodes of all trees.</param>
/// <param name="roots">Where each tree begins.</param>
/// <param name="targets">Scores a row.</param>
/// <param name="sum">How leaves become scores.</param>
/// <param name="isDouble">Whether the splits are in double precision: then single features are widened, too.</param>
sealed class Trees(Node node, TreeNode[] nodes, int[] roots, int targets, ForestSum sum, bool isDouble)
{
    readonly Forest<double> _double = Make<double>(node, nodes, roots, targets, sum);
    readonly Forest<float>? _single = isDouble ? null : Make<float>(node, nodes, roots, targets, sum);

    /// <summary>The scores of all rows, in the call's working memory.</summary>
    public Span<double> Scores(Call call, out int rows)
    {
        var x = call.Input();
        (rows, int columns) = Numbers.Table(x, call);
        if (columns < _double.Columns) throw call.Wrong($"{columns} features", $"at least {_double.Columns}");
        long scores = (long)rows * targets;
        var room = call.Scratch.Take<double>(scores + (x.Type == ElementType.Float64 || (x.Type == ElementType.Float32 && !isDouble) ? 0 : x.Count));
        Span<double> filled = room[..(int)scores], rest = room[(int)scores..];
        if (x.Type == ElementType.Float32 && _single is not null) _single.Evaluate(x.Read<float>(), columns, filled);
        else _double.Evaluate(Numbers.Read(x, rest, call), columns, filled);
        return filled;
    }

    static Forest<T> Make<T>(Node node, TreeNode[] nodes, int[] roots, int targets, ForestSum sum) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        try
        {
            return new Forest<T>(nodes, roots, targets, sum);
        }
        catch (InputException wrong)
        {
            throw node.Wrong(wrong.Problems[0].Found, wrong.Problems[0].Expected);
        }
    }
}
