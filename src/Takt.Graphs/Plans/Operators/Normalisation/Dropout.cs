using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Nothing is dropped when a model is used: the same value, and a mask that keeps everything.</summary>
sealed class Dropout : Kernel
{
    public Dropout(Node node)
    {
        if (node.Has(2) && node.Constant(2) is { Type: ElementType.Bool, Count: 1 } training && training.Read<bool>()[0])
            throw node.Wrong("training_mode true", "a model for use", "Export the model in evaluation mode.");
    }

    public override bool IsView => true;

    public override void Run(Call call)
    {
        var x = call.Input();
        call.OptionalOutput(0)?.View(x, x.Sizes);
        call.OptionalOutput(1)?.Write<bool>(x.Sizes).Fill(true);
    }
}
