using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Checking;

/// <summary>Looks through a model before anything is built from it. A file from outside may hold anything; everything that is wrong with it is said at once.</summary>
static class ModelChecker
{
    /// <summary>The newest version of the file format that this code was written against (2025).</summary>
    const long NewestIrVersion = 13;

    /// <summary>Problems that are told; the file with more has one cause for most of them.</summary>
    const int MostTold = 40;

    /// <summary>Graphs within graphs: protobuf itself reads no deeper, but a model may also be made in memory.</summary>
    const int DeepestGraph = 32;

    /// <summary>Checks a model whose functions are written out.</summary>
    /// <exception cref="UnsupportedException">Operators are used that plans do not compute; all of them are reported with how many nodes need them.</exception>
    /// <exception cref="InputException">Something is wrong; all of it is reported.</exception>
    public static void Check(ModelProto model, ModelLimits limits)
    {
        Problem[] problems = [.. DamageIn(model, limits)];
        if (problems.Length > MostTold) problems = [.. problems.Take(MostTold), new($"{problems.Length - MostTold} more problems", "a model without them", "The file is damaged: export or copy it again.")];
        Problem[] unknown = [.. OperatorChecker.Check(model)];   // never cut: who exports again wants the list whole
        if (unknown.Length > 0) throw new UnsupportedException([.. unknown, .. problems]);
        if (problems.Length > 0) throw new InputException(problems);
    }

    /// <summary>Everything that no model may have, whoever is to compute it.</summary>
    internal static List<Problem> DamageIn(ModelProto model, ModelLimits limits)
    {
        if (model.Graph is null) throw new InputException("a model without a graph", "an ONNX model", "The file may be damaged or of another kind.");
        if (Depth(model.Graph) > DeepestGraph) throw new InputException($"graphs within graphs more than {DeepestGraph} deep", "fewer");
        var problems = new List<Problem>();
        if (model.IrVersion > NewestIrVersion)
            problems.Add(new($"file version {model.IrVersion}", $"at most {NewestIrVersion}", "Update Takt, or export the model for an older version of ONNX.", "ir_version"));
        int nodes = ModelWalk.Nodes(model.Graph).Count();
        if (nodes > limits.Nodes) problems.Add(new($"{nodes:N0} nodes", $"at most {limits.Nodes:N0}"));
        foreach (var node in ModelWalk.Nodes(model.Graph)) AttributeChecker.Check(node, problems);
        new NameChecker(problems).Check(model.Graph);
        return problems;
    }

    static int Depth(GraphProto graph)
    {
        int depth = 0;
        for (List<GraphProto> level = [graph]; level.Count > 0 && depth <= DeepestGraph; depth++)
            level = [.. level.SelectMany(g => g.Node).SelectMany(ModelWalk.Graphs)];
        return depth;
    }
}
