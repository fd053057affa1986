using BenchmarkDotNet.Attributes;
using Takt.Tensors;
using Takt.Tensors.Kernels;

namespace Takt.Kernels;

/// <summary>The weights of a network: Adam reads four numbers for each and writes three.</summary>
public sealed record WeightCount(int Count) : Work($"{Count}", 0, 7.0 * sizeof(float) * Count);

/// <summary>One pass of Adam over all weights. The limit is that of memory.</summary>
public class Optimisers
{
    static readonly AdamStep s_step = new(1e-3f, 0.9f, 0.999f, 1e-8f, 0.1f, 0.001f);
    Tensor _gradient = null!, _first = null!, _second = null!, _weights = null!;

    /// <summary>A small network and one beyond the caches.</summary>
    public static IEnumerable<WeightCount> Counts { get; } = [new(10_000), new(8 << 20)];

    /// <summary>Every path of this processor.</summary>
    public static IEnumerable<string> Paths => KernelPath.Supported;

    /// <summary>How many weights.</summary>
    [ParamsSource(nameof(Counts))]
    public WeightCount Weights { get; set; } = null!;

    /// <summary>Kernel path.</summary>
    [ParamsSource(nameof(Paths))]
    public string Path { get; set; } = "";

    /// <summary>Draws weights and gradient.</summary>
    [GlobalSetup]
    public void Draw()
    {
        KernelPath.Current = Path;
        var random = new Generator(1);
        (_gradient, _weights) = (Tensor.Normal([Weights.Count], 1, random), Tensor.Normal([Weights.Count], 1, random));
        (_first, _second) = (Tensor.Zeros(Weights.Count), Tensor.Zeros(Weights.Count));
    }

    /// <summary>One step.</summary>
    [Benchmark]
    public void Adam() => AdamUpdate.Run(s_step, _gradient.Values, _first.Values, _second.Values, _weights.Values);
}
