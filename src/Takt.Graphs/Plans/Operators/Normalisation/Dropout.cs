using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Nothing is dropped when a model is used: the same value, and a mask that keeps everything.</summary>
sealed class Dropout : Kernel
{
    readonly Node _node;

    public Dropout(Node node)
    {
        if (node.Has(2) && node.Constant(2) is { Type: ElementType.Bool, Count: 1 } training && training.Read<bool>()[0]) throw InTraining(node);
        _node = node;
    }

    public override bool IsView => true;

    public override void Run(Call call)
    {
        var x = call.Input();
        if (call.OptionalInput(2) is { Type: ElementType.Bool, Count: 1 } training && training.Read<bool>()[0]) throw InTraining(_node);
        call.OptionalOutput(0)?.View(x, x.Sizes);
        call.OptionalOutput(1)?.Write<bool>(x.Sizes).Fill(true);
    }

    static Takt.Protocols.Problems.InputException InTraining(Node node) => node.Wrong("training_mode true", "a model for use", "Export the model in evaluation mode.");
}
