using System.Numerics.Tensors;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Quantising;

/// <summary>Stores weights in fewer bits; they are expanded when the model is loaded, and computing stays in single precision.</summary>
public static class WeightStorage
{
    /// <summary>Elements: below, a scale and a node take more room than is saved.</summary>
    const int WorthStoring = 64;

    /// <summary>A copy of the model with smaller weights.</summary>
    /// <param name="model">Any model of single precision.</param>
    /// <param name="form">What the weights become. In 8 bits only those of products, convolutions, recurrent layers and lookups, which have an axis of outputs.</param>
    /// <exception cref="InputException">There are no such weights, or they do not fit the form.</exception>
    public static QuantisedModel Shrink(ModelProto model, NumberForm form)
    {
        var draft = new Draft(model);
        int count = form == NumberForm.Int8 ? ToInt8(draft) : ToHalf(draft, form);
        if (count == 0) throw new InputException("no weights to store in fewer bits", $"stored float tensors of at least {WorthStoring} numbers", "A model this small gains nothing: keep it as it is.");
        return QuantisedModel.Of(model, draft.Finish(), count);
    }

    static int ToInt8(Draft draft)
    {
        var quantiser = new WeightQuantiser(draft);
        foreach (var node in draft.Graph.Node.ToList())
        {
            foreach (var (input, axis) in Places(node))
                if (input < node.Input.Count && draft.Floats(node.Input[input]) is { } weights && weights.Count >= WorthStoring && axis < weights.Rank && weights.Rank > 1)
                    node.Input[input] = quantiser.Quantise(node.Input[input], weights, axis).Value;
            draft.Keep(node);
        }

        return quantiser.Count;
    }

    /// <summary>Which inputs of a node are weights, and along which axis their outputs lie.</summary>
    static (int Input, int Axis)[] Places(NodeProto node) => node.OpType switch
    {
        "Conv" => [(1, 0)],
        "ConvTranspose" or "MatMul" => [(1, 1)],
        "Gemm" => [(1, node.Attribute.FirstOrDefault(a => a.Name == "transB")?.I is 1 ? 0 : 1)],
        "LSTM" or "GRU" or "RNN" => [(1, 1), (2, 1)],
        "Gather" => [(0, 0)],
        _ => [],
    };

    static int ToHalf(Draft draft, NumberForm form)
    {
        int count = 0;
        foreach (var tensor in draft.Graph.Initializer.ToList())
        {
            if (draft.Floats(tensor.Name) is not { } weights || weights.Count < WorthStoring) continue;
            string stored = form == NumberForm.Float16
                ? draft.Store<Half>($"{tensor.Name}_half", DataType.Float16, ToHalf(weights, tensor.Name), weights.Sizes)
                : draft.Store<BFloat16>($"{tensor.Name}_half", DataType.Bfloat16, Array.ConvertAll(weights.Read<float>().ToArray(), number => (BFloat16)number), weights.Sizes);
            string expanded = draft.Add("Cast", $"{tensor.Name}_expanded", [stored], ("to", (long)DataType.Float));
            foreach (var node in draft.Graph.Node) Rename(node, tensor.Name, expanded);
            count++;
        }

        foreach (var node in draft.Graph.Node) draft.Keep(node);
        return count;
    }

    static Half[] ToHalf(Value weights, string name)
    {
        var half = new Half[weights.Count];
        TensorPrimitives.ConvertToHalf(weights.Read<float>(), half);
        var numbers = weights.Read<float>();
        for (int i = 0; i < half.Length; i++)
            if (Half.IsInfinity(half[i]) && !float.IsInfinity(numbers[i]))
                throw new InputException($"{numbers[i]:G6} among the weights '{name}'", "at most 65,504 for float16", "Store the weights as bfloat16, which has the range of single precision.");
        return half;
    }

    static void Rename(NodeProto node, string from, string to)
    {
        for (int i = 0; i < node.Input.Count; i++)
            if (node.Input[i] == from) node.Input[i] = to;
        foreach (var attribute in node.Attribute)
            foreach (var inner in attribute.G is { } graph ? [graph, .. attribute.Graphs] : attribute.Graphs)
                foreach (var child in inner.Node) Rename(child, from, to);
    }
}
