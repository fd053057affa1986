using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Many elements become one: sums, greatest, order, running sums.</summary>
static class ReductionOperators
{
    public static OperatorGroup All { get; } = new()
    {
        // along any axes
        ["ReduceSum"] = (1, Reduce<SumOf>),
        ["ReduceMean"] = (1, Reduce<MeanOf>),
        ["ReduceMax"] = (1, Reduce<GreatestOf>),
        ["ReduceMin"] = (1, Reduce<LeastOf>),
        ["ReduceProd"] = (1, Reduce<ProductOf>),
        ["ReduceL1"] = (1, Reduce<SizesOf>),
        ["ReduceL2"] = (1, Reduce<LengthOf>),
        ["ReduceSumSquare"] = (1, Reduce<SquaresOf>),
        ["ReduceLogSum"] = (1, Reduce<LogarithmOf>),
        ["ReduceLogSumExp"] = (1, node => new Widened(node, n => new ReduceLogSumExp(n))),

        // along one axis
        ["ArgMax"] = (1, node => new ArgumentOf(node, greatest: true)),
        ["ArgMin"] = (1, node => new ArgumentOf(node, greatest: false)),
        ["TopK"] = (1, node => new TopK(node)),
        ["CumSum"] = (2, node => new Running(node, isProduct: false)),
        ["CumProd"] = (2, node => new Running(node, isProduct: true)),
        ["Hardmax"] = (1, node => new Hardmax(node)),

        // of a matrix
        ["Det"] = (1, _ => new Det()),
    };

    /// <summary>Half precision is summed in single.</summary>
    static Widened Reduce<TReduction>(Node node) where TReduction : IReduction => new(node, n => new Reduce<TReduction>(n));
}
