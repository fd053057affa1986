using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The same bits seen as another element type of the same width.</summary>
sealed class BitCast(Node node) : Kernel
{
    readonly ElementType _to = node.Type("to", ElementType.Undefined);

    public override void Run(Call call)
    {
        var x = call.Input();
        if (_to is ElementType.String or ElementType.Undefined || x.Type == ElementType.String || x.Type.Bytes() != _to.Bytes()) throw call.Wrong($"bits of {x.Type} as {_to}", "types of the same width");
        x.Bytes.CopyTo(call.Output.Write(_to, x.Sizes));
    }
}
