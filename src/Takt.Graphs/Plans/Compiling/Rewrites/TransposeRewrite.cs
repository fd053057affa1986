using Takt.Graphs.Onnx;
using Takt.Graphs.Plans.Operators;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Two transposes become one, or none; a transpose sinks below a function of single numbers if another transpose waits there.</summary>
static class TransposeRewrite
{
    public static void Run(Graph graph)
    {
        while (Sink(graph)) { }
        var links = new Links(graph);
        foreach (var node in graph.Nodes)
            while (OrderOf(node) is { } order && links.MakerOf(node.Inputs[0]) is { } maker && OrderOf(maker) is { } before && before.Length == order.Length)
            {
                var both = new AttributeProto { Name = "perm" };
                foreach (long axis in order) both.Ints.Add(before[axis]);
                node.Set(both);
                node.Inputs = [maker.Inputs[0]];
            }
    }

    /// <summary>Transpose → function → Transpose becomes function → Transpose → Transpose, once.</summary>
    static bool Sink(Graph graph)
    {
        var links = new Links(graph);
        foreach (var function in graph.Nodes)
        {
            if (!Function.Knows(function.Operator) || function.Inputs.Length != 1 || links.MakerOf(function.Inputs[0]) is not { } above || OrderOf(above) is null) continue;
            if (links.OnlyReaderOf(above.Outputs[0]) != function || links.OnlyReaderOf(function.Outputs[0]) is not { } below || OrderOf(below) is null) continue;
            string between = above.Outputs[0];
            (function.Inputs, above.Outputs, function.Outputs) = ([above.Inputs[0]], function.Outputs, [between]);
            above.Inputs = [between];
            graph.Nodes.Remove(above);
            graph.Nodes.Insert(graph.Nodes.IndexOf(function) + 1, above);
            return true;
        }

        return false;
    }

    static long[]? OrderOf(Node node) =>
        node.Operator == "Transpose" && node.Ints("perm") is { } order && order.Order().Select((axis, i) => axis == i).All(each => each) ? order : null;
}
