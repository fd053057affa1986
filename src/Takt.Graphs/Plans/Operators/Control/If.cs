using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Runs one of two graphs. Neither has inputs; both see the values around the node, and their outputs may have different sizes.</summary>
sealed class If(Node node) : Kernel
{
    readonly InnerGraph _then = new(node, "then_branch"), _else = new(node, "else_branch");

    public override void Run(Call call)
    {
        var branch = Conditions.Read(call.Input(), call) ? _then : _else;
        var frame = branch.Rent(call);
        try
        {
            branch.Run(frame);
            for (int i = 0; i < call.OutputCount; i++)
                if (i >= frame.Outputs.Length) throw call.Wrong($"a branch of {frame.Outputs.Length} outputs", $"{call.OutputCount}");
                else call.OptionalOutput(i)?.CopyFrom(frame.Outputs[i]);
        }
        finally
        {
            branch.Return(frame);
        }
    }
}
