using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Quantising;

/// <summary>Puts QuantizeLinear and DequantizeLinear behind values, once for each, with the scale and zero point of the value that the range was measured at.</summary>
sealed class ActivationRounding(Draft draft, ActivationRanges ranges)
{
    readonly Dictionary<string, string> _rounded = [];
    readonly Dictionary<string, string[]> _grids = [];

    /// <summary>The value after rounding.</summary>
    /// <param name="value">Its name.</param>
    /// <param name="origin">The value that its range was measured at: itself, or one that was only carried on since.</param>
    public string Round(string value, string origin)
    {
        if (_rounded.TryGetValue(value, out string? done)) return done;
        var (scale, zero) = ranges.Of(origin)!.Value;
        if (!_grids.TryGetValue(origin, out string[]? grid))
            _grids[origin] = grid = [draft.Store<float>($"{origin}_scale", DataType.Float, [scale]), draft.Store<byte>($"{origin}_zero", DataType.Uint8, [zero])];
        return _rounded[value] = draft.Add("DequantizeLinear", $"{value}_rounded", [draft.Add("QuantizeLinear", $"{value}_quantised", [value, .. grid]), .. grid]);
    }
}
