using Takt.Graphs.Plans;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Quantising;

/// <summary>Weights to 8 bits, symmetric around 0, with a scale for each slice along an axis: w ≈ (q − 128) · scale, q from 1 to 255.</summary>
/// <remarks>Unsigned, because ONNX Runtime multiplies unsigned by signed bytes with saturating sums on processors without VNNI instructions, and both unsigned exactly everywhere.</remarks>
sealed class WeightQuantiser(Draft draft)
{
    const int Greatest = 127;
    const byte Middle = 128;

    readonly Dictionary<(string Name, int Axis), (string Value, float[] Scales)> _done = [];

    /// <summary>Tensors that were quantised.</summary>
    public int Count => _done.Count;

    /// <summary>Stores a tensor in 8 bits and puts the node that expands it; once for each tensor and axis.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="weights">Its numbers.</param>
    /// <param name="axis">The axis of the layer's outputs.</param>
    /// <returns>The name of the expanded value, and the scales.</returns>
    public (string Value, float[] Scales) Quantise(string name, Value weights, int axis)
    {
        if (_done.TryGetValue((name, axis), out var done)) return done;
        int slices = weights.Sizes[axis], inner = 1;
        foreach (int size in weights.Sizes[(axis + 1)..]) inner *= size;
        var numbers = weights.Read<float>();
        float[] scales = new float[slices];
        for (int i = 0; i < numbers.Length; i++) scales[i / inner % slices] = MathF.Max(scales[i / inner % slices], MathF.Abs(numbers[i]));
        foreach (ref float scale in scales.AsSpan()) scale = scale == 0 ? 1 : scale / Greatest;
        byte[] quantised = new byte[numbers.Length];
        for (int i = 0; i < quantised.Length; i++) quantised[i] = (byte)(Middle + Math.Clamp(MathF.Round(numbers[i] / scales[i / inner % slices]), -Greatest, Greatest));
        byte[] middles = new byte[slices];
        middles.AsSpan().Fill(Middle);
        string[] inputs =
        [
            draft.Store<byte>($"{name}_quantised", DataType.Uint8, quantised, weights.Sizes), draft.Store<float>($"{name}_scale", DataType.Float, scales, slices),
            draft.Store<byte>($"{name}_zero", DataType.Uint8, middles, slices),
        ];
        return _done[(name, axis)] = (draft.Add("DequantizeLinear", $"{name}_expanded", inputs, ("axis", axis)), scales);
    }
}
