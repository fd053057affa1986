using BenchmarkDotNet.Attributes;
using Takt.Tensors;
using Takt.Tensors.Kernels;

namespace Takt.Kernels;

/// <summary>Some numbers, a few operations on each.</summary>
public sealed record VectorLength(int Count) : Work($"{Count}", 0, 2.0 * sizeof(float) * Count);

/// <summary>Functions of single numbers. The limit is that of memory: one float read, one written.</summary>
public class Vectors
{
    Tensor _x = null!, _y = null!;

    /// <summary>A length that stays in the first cache, and one that does not stay in any.</summary>
    public static IEnumerable<VectorLength> Lengths { get; } = [new(4096), new(8 << 20)];

    /// <summary>Every path of this processor.</summary>
    public static IEnumerable<string> Paths => KernelPath.Supported;

    /// <summary>How many numbers.</summary>
    [ParamsSource(nameof(Lengths))]
    public VectorLength Length { get; set; } = null!;

    /// <summary>Kernel path.</summary>
    [ParamsSource(nameof(Paths))]
    public string Path { get; set; } = "";

    /// <summary>Draws the numbers.</summary>
    [GlobalSetup]
    public void Draw()
    {
        KernelPath.Current = Path;
        (_x, _y) = (Tensor.Normal([Length.Count], 1, new Generator(1)), Tensor.Zeros(Length.Count));
    }

    /// <summary>max(x, 0).</summary>
    [Benchmark]
    public void Relu() => VectorMath.Apply(Activation.Relu, _x.Values, _y.Values);

    /// <summary>tanh x.</summary>
    [Benchmark]
    public void Tanh() => VectorMath.Apply(Activation.Tanh, _x.Values, _y.Values);

    /// <summary>x·Φ(x).</summary>
    [Benchmark]
    public void Gelu() => VectorMath.Apply(Activation.Gelu, _x.Values, _y.Values);
}
