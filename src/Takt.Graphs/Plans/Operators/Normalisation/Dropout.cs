using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Nothing is dropped when a model is used: the same value, and a mask that keeps everything. A model left in training mode is refused, unless it drops nothing there either.</summary>
sealed class Dropout : Kernel
{
    readonly Node _node;

    public Dropout(Node node)
    {
        if (!DropsNothing(node, node.Constant(1), node.Constant(2))) throw InTraining(node);
        _node = node;
    }

    /// <summary>Whether the node only hands on its input.</summary>
    /// <param name="node">A Dropout.</param>
    /// <param name="ratio">The part that is dropped, if it is known; ½ where the node leaves it out.</param>
    /// <param name="training">Whether it is dropped, if that is known.</param>
    public static bool DropsNothing(Node node, Value? ratio, Value? training) =>
        !node.Has(2) || training is not { Type: ElementType.Bool, Count: 1 } || !training.Read<bool>()[0] || (ratio is { Type: ElementType.Float32, Count: 1 } && ratio.Read<float>()[0] == 0);

    public override bool IsView => true;

    public override void Run(Call call)
    {
        var x = call.Input();
        if (!DropsNothing(_node, call.OptionalInput(1), call.OptionalInput(2))) throw InTraining(_node);
        call.OptionalOutput(0)?.View(x, x.Sizes);
        call.OptionalOutput(1)?.Write<bool>(x.Sizes).Fill(true);
    }

    static Takt.Protocols.Problems.InputException InTraining(Node node) => node.Wrong("training_mode true", "a model for use", "Export the model in evaluation mode.");
}
