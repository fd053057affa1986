namespace Takt.Graphs.Plans.Operators;

/// <summary>Graphs inside nodes, and sequences of values.</summary>
static class ControlOperators
{
    public static OperatorGroup All { get; } = new()
    {
        // graphs inside nodes
        ["If"] = (1, node => new If(node)),
        ["Loop"] = (0, node => new Loop(node)),
        ["Scan"] = (0, node => new Scan(node)),

        // sequences of tensors
        ["SequenceConstruct"] = (1, _ => new SequenceConstruct()),
        ["SequenceEmpty"] = (0, node => new SequenceEmpty(node)),
        ["SequenceAt"] = (2, _ => new SequenceAt()),
        ["SequenceInsert"] = (2, _ => new SequenceInsert()),
        ["SequenceErase"] = (1, _ => new SequenceErase()),
        ["SequenceLength"] = (1, _ => new SequenceLength()),
        ["SplitToSequence"] = (1, node => new SplitToSequence(node)),
        ["ConcatFromSequence"] = (1, node => new ConcatFromSequence(node)),
        ["SequenceMap"] = (1, node => new SequenceMap(node)),
    };
}
