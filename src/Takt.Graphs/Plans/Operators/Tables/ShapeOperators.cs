namespace Takt.Graphs.Plans.Operators;

/// <summary>Elements are moved, chosen or only seen under other sizes.</summary>
static class ShapeOperators
{
    public static OperatorGroup All { get; } = new()
    {
        // moving elements
        ["Transpose"] = (1, node => new Transpose(node)),
        ["Gather"] = (2, node => new Gather(node)),
        ["Slice"] = (1, node => new Slice(node)),
        ["Concat"] = (1, node => new Concat(node)),
        ["TensorScatter"] = (2, node => new TensorScatter(node)),

        // other sizes, the same elements
        ["Reshape"] = (2, node => new Reshape(node)),
        ["Flatten"] = (1, node => new Flatten(node)),
        ["Squeeze"] = (1, node => new Squeeze(node)),
        ["Unsqueeze"] = (1, node => new Unsqueeze(node)),
        ["Identity"] = (1, _ => new Identity()),

        // values about values
        ["Constant"] = (0, node => new Constant(node)),
        ["Shape"] = (1, node => new ShapeOf(node)),
    };
}
