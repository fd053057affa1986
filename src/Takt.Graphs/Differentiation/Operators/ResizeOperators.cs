using Takt.Graphs.Plans;
using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>Resize in every mode. It is linear in the image and goes axis by axis: what the operator makes of an identity matrix is the matrix that the axis is multiplied by.</summary>
static class ResizeOperators
{
    public static Tensor Resize(TapeCall call)
    {
        var x = call.X;
        int rank = x.Shape.Rank;
        if (call.Text("coordinate_transformation_mode", "") == "tf_crop_and_resize" || call.Text("keep_aspect_ratio_policy", "stretch") != "stretch" || call.HasAttribute("scales"))
            throw call.Wrong("a Resize that crops, keeps the aspect ratio or has its scales as an attribute", "one with scales or sizes as an input");
        int scalesAt = call.InputCount == 2 ? 1 : 2;
        var (scales, sizes) = (call.Optional(scalesAt), call.Optional(3));
        bool scaled = scales is { Length: > 0 };
        int[] axes = call.Ints("axes") is { } named ? call.Axes(named, rank) : [.. Enumerable.Range(0, rank)];
        for (int i = 0; i < axes.Length; i++)
        {
            int size = x.Shape[axes[i]];
            if (scaled ? scales!.Values[i] == 1 : sizes!.Indices[i] == size) continue;
            x = Along(x, axes[i], MatrixOf(call, size, scalesAt, scaled ? scales!.Values[i] : null, sizes?.Indices[i]));
        }

        return x;
    }

    /// <summary>[size after, size before].</summary>
    static Tensor MatrixOf(TapeCall call, int size, int scalesAt, float? scale, long? sizeAfter)
    {
        float[] identity = new float[size * size];
        for (int i = 0; i < size; i++) identity[i * (size + 1)] = 1;
        var inputs = new GraphValue?[call.InputCount];
        inputs[0] = new(Value.Of<float>(identity, size, size));
        if (scale is { } factor) inputs[scalesAt] = new(Value.Of<float>([factor, 1], 2));
        else inputs[3] = new(Value.Of<long>([sizeAfter!.Value, size], 2));
        return call.ByKernel(inputs, [0, 1]).Tensor;
    }

    static Tensor Along(Tensor x, int axis, Tensor matrix)
    {
        int[] order = [.. Enumerable.Range(0, x.Shape.Rank)];
        (order[axis], order[^1]) = (order[^1], order[axis]);
        var last = x.Permute(order);
        int[] sizes = [.. last.Shape.Sizes[..^1], matrix.Shape[0]];
        return last.Reshape(-1, matrix.Shape[1]).Linear(matrix).Reshape(sizes).Permute(order);
    }
}
