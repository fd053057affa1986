using System.Runtime.InteropServices;
using Google.Protobuf;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Differentiation;

/// <summary>Finds the weights of a graph and writes them back.</summary>
/// <remarks>A weight is an initialiser of numbers with at least one axis that an operator computes with. Single numbers and settings (scales of a Resize, bounds of a Clip) are none.</remarks>
static class GraphWeights
{
    static readonly Dictionary<string, int[]> s_settings = new()
    {
        ["Clip"] = [1, 2], ["Pad"] = [1, 2], ["Pow"] = [1], ["Resize"] = [1, 2, 3], ["Upsample"] = [1], ["OneHot"] = [2],
    };

    /// <summary>Operators that only arrange a weight; the layer is behind them.</summary>
    static readonly HashSet<string> s_arranging = ["Cast", "Concat", "Expand", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze"];

    /// <summary>The weights, in the order in which the graph reads them.</summary>
    public static List<GraphParameter> Find(Graph graph)
    {
        var owners = new Dictionary<string, List<string>>();   // arranged value → the weights it is made of
        foreach (var (name, value) in graph.Constants)
            if (Activity.IsFloat(value.Type) && value.Rank > 0 && value.Count > 0) owners[name] = [name];

        var found = new Dictionary<string, GraphParameter>();
        var layerOf = new Dictionary<string, int>();   // value → the layer whose weights it was made with
        int layers = 0;
        foreach (var node in graph.Nodes)
        {
            var weights = node.Inputs.Select((name, input) => (Owners: owners.GetValueOrDefault(name), Input: input))
                .Where(w => w.Owners is not null && !(s_settings.TryGetValue(node.Operator, out int[]? settings) && settings.Contains(w.Input))).ToList();
            if (weights.Count == 0) continue;
            if (s_arranging.Contains(node.Operator) && node.Inputs.All(name => name.Length == 0 || owners.ContainsKey(name) || graph.Constants.ContainsKey(name)))
            {
                foreach (string output in node.Outputs) owners[output] = [.. weights.SelectMany(w => w.Owners!)];
                continue;
            }

            if (TapeOperators.Of(node.Operator) is null) continue;
            int layer = node.Operator is "Add" or "Mul" && node.Inputs.Where(layerOf.ContainsKey).Select(name => (int?)layerOf[name]).FirstOrDefault() is { } same ? same : layers++;
            foreach (string output in node.Outputs) layerOf[output] = layer;
            foreach (var (names, input) in weights)
                foreach (string name in names!)
                    found.TryAdd(name, new(name, new GraphValue(graph.Constants[name]).Tensor, layer, node.Operator == "BatchNormalization" && input > 2));
        }

        return [.. found.Values];
    }

    /// <summary>A model with these weights in place of its own, each in the type that the file has it in.</summary>
    public static ModelProto Write(ModelProto model, IReadOnlyList<GraphParameter> parameters)
    {
        var written = model.Clone();
        var byName = parameters.ToDictionary(p => p.Name);
        foreach (var tensor in written.Graph.Initializer)
            if (byName.TryGetValue(tensor.Name, out var parameter))
            {
                var values = parameter.Value.Values;
                tensor.RawData = ByteString.CopyFrom((DataType)tensor.DataType switch
                {
                    DataType.Float16 => MemoryMarshal.AsBytes<Half>(Convert(values, v => (Half)v)),
                    DataType.Double => MemoryMarshal.AsBytes<double>(Convert(values, v => (double)v)),
                    DataType.Bfloat16 => MemoryMarshal.AsBytes<ushort>(Convert(values, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))),
                    _ => MemoryMarshal.AsBytes(values),
                });
                tensor.FloatData.Clear();
                tensor.DoubleData.Clear();
                tensor.Int32Data.Clear();
            }

        return written;
    }

    static T[] Convert<T>(ReadOnlySpan<float> values, Func<float, T> each)
    {
        var converted = new T[values.Length];
        for (int i = 0; i < converted.Length; i++) converted[i] = each(values[i]);
        return converted;
    }
}
