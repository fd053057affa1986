namespace Takt.Graphs.Plans.Operators;

/// <summary>Elements are moved, chosen or only seen under other sizes.</summary>
static class ShapeOperators
{
    public static OperatorGroup All { get; } = new()
    {
        // moving elements
        ["Transpose"] = (1, node => new Transpose(node)),
        ["Slice"] = (1, node => new Slice(node)),
        ["Split"] = (1, node => new Split(node)),
        ["Concat"] = (1, node => new Concat(node)),
        ["Expand"] = (2, _ => new Expand()),
        ["Tile"] = (2, _ => new Tile()),
        ["Pad"] = (1, node => new Pad(node)),
        ["Trilu"] = (1, node => new Trilu(node)),
        ["ReverseSequence"] = (2, node => new ReverseSequence(node)),
        ["DepthToSpace"] = (1, node => new SpaceAndDepth(node, toSpace: true)),
        ["SpaceToDepth"] = (1, node => new SpaceAndDepth(node, toSpace: false)),

        // by indices and flags
        ["Gather"] = (2, node => new Gather(node)),
        ["GatherElements"] = (2, node => new GatherElements(node)),
        ["GatherND"] = (2, node => new GatherND(node)),
        ["TensorScatter"] = (2, node => new TensorScatter(node)),
        ["Scatter"] = (3, node => new ScatterElements(node)),   // its old name
        ["ScatterElements"] = (3, node => new ScatterElements(node)),
        ["ScatterND"] = (3, node => new ScatterND(node)),
        ["Compress"] = (2, node => new Compress(node)),
        ["OneHot"] = (3, node => new OneHot(node)),
        ["Unique"] = (1, node => new Unique(node)),
        ["NonZero"] = (1, _ => new NonZero()),

        // by letters
        ["Einsum"] = (1, node => new Einsum(node)),

        // other sizes, the same elements
        ["Reshape"] = (2, node => new Reshape(node)),
        ["Flatten"] = (1, node => new Flatten(node)),
        ["Squeeze"] = (1, node => new Squeeze(node)),
        ["Unsqueeze"] = (1, node => new Unsqueeze(node)),
        ["Identity"] = (1, _ => new Identity()),

        // values about values, and from nothing
        ["Shape"] = (1, node => new ShapeOf(node)),
        ["Size"] = (1, _ => new SizeOf()),
        ["Constant"] = (0, node => new Constant(node)),
        ["ConstantOfShape"] = (1, node => new ConstantOfShape(node)),
        ["EyeLike"] = (1, node => new EyeLike(node)),
        ["Range"] = (3, _ => new Range()),
    };
}
