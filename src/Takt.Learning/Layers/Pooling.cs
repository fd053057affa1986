using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>The largest pixel of every window of an image: [batch, channels, height, width] → [batch, channels, …].</summary>
/// <param name="kernel">Height and width of a window.</param>
/// <param name="stride">Pixels from window to window; the kernel by default.</param>
/// <param name="padding">Pixels of −∞ on every side; 0 by default.</param>
public sealed class MaxPool2d(Extent kernel, Extent? stride = null, Extent? padding = null) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.MaxPool2d(kernel, stride, padding);

    /// <inheritdoc/>
    public override string ToString() => $"MaxPool2d {kernel}";
}

/// <summary>The largest number of every window of a sequence: [batch, channels, steps] → [batch, channels, …].</summary>
/// <param name="kernel">Steps in a window.</param>
/// <param name="stride">Steps from window to window; the kernel by default.</param>
/// <param name="padding">Steps of −∞ on both ends.</param>
public sealed class MaxPool1d(int kernel, int? stride = null, int padding = 0) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.MaxPool1d(kernel, stride, padding);

    /// <inheritdoc/>
    public override string ToString() => $"MaxPool1d {kernel}";
}

/// <summary>The mean of every window of an image: [batch, channels, height, width] → [batch, channels, …].</summary>
/// <param name="kernel">Height and width of a window.</param>
/// <param name="stride">Pixels from window to window; the kernel by default.</param>
/// <param name="padding">Pixels of 0 on every side, which count; 0 by default.</param>
public sealed class AveragePool2d(Extent kernel, Extent? stride = null, Extent? padding = null) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.AveragePool2d(kernel, stride, padding);

    /// <inheritdoc/>
    public override string ToString() => $"AveragePool2d {kernel}";
}

/// <summary>The mean of every window of a sequence: [batch, channels, steps] → [batch, channels, …].</summary>
/// <param name="kernel">Steps in a window.</param>
/// <param name="stride">Steps from window to window; the kernel by default.</param>
/// <param name="padding">Steps of 0 on both ends, which count.</param>
public sealed class AveragePool1d(int kernel, int? stride = null, int padding = 0) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.AveragePool1d(kernel, stride, padding);

    /// <inheritdoc/>
    public override string ToString() => $"AveragePool1d {kernel}";
}

/// <summary>The means of so many windows, whatever the size of the image: [batch, channels, height, width] → [batch, channels, rows, columns]. ONNX knows it where rows and columns divide the image.</summary>
/// <param name="result">Rows and columns of the result.</param>
public sealed class AdaptiveAveragePool2d(Extent result) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.AdaptiveAveragePool2d(result);

    /// <inheritdoc/>
    public override string ToString() => $"AdaptiveAveragePool2d {result}";
}

/// <summary>The largest pixels of so many windows, whatever the size of the image: [batch, channels, height, width] → [batch, channels, rows, columns]. ONNX knows it where rows and columns divide the image.</summary>
/// <param name="result">Rows and columns of the result.</param>
public sealed class AdaptiveMaxPool2d(Extent result) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.AdaptiveMaxPool2d(result);

    /// <inheritdoc/>
    public override string ToString() => $"AdaptiveMaxPool2d {result}";
}

/// <summary>The mean of every channel over all its pixels or steps: [batch, channels, …] → [batch, channels, 1, 1], or [batch, channels, 1] for sequences.</summary>
public sealed class GlobalAveragePool : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.GlobalAveragePool();
}
