using BenchmarkDotNet.Attributes;
using Takt.Tensors;
using Takt.Tensors.Kernels;

namespace Takt.Kernels;

/// <summary>The sizes of a product [m, k] · [k, n].</summary>
public sealed record ProductSize(int M, int N, int K) : Work($"{M}×{N}×{K}", 2.0 * M * N * K, 0);

/// <summary>Matrix products of the sizes that networks have: right side as it lies, and packed beforehand as in a plan.</summary>
public unsafe class Products
{
    Tensor _a = null!, _b = null!, _c = null!;
    PackedMatrix _packed = null!;

    /// <summary>m × n × k: a layer of mnist-dense forward and its weights' gradient, a layer of mlp, an LSTM step, the last layer of a classifier, one row, and a large square.</summary>
    public static IEnumerable<ProductSize> Sizes { get; } =
        [new(32, 128, 784), new(128, 784, 32), new(256, 64, 128), new(128, 256, 64), new(256, 1, 64), new(64, 14, 256), new(1, 128, 784), new(768, 768, 768)];

    /// <summary>Every path of this processor.</summary>
    public static IEnumerable<string> Paths => KernelPath.Supported;

    /// <summary>m × n × k.</summary>
    [ParamsSource(nameof(Sizes))]
    public ProductSize Size { get; set; } = null!;

    /// <summary>Kernel path.</summary>
    [ParamsSource(nameof(Paths))]
    public string Path { get; set; } = "";

    /// <summary>Draws the matrices.</summary>
    [GlobalSetup]
    public void Draw()
    {
        KernelPath.Current = Path;
        var random = new Generator(1);
        (_a, _b, _c) = (Tensor.Normal([Size.M, Size.K], 1, random), Tensor.Normal([Size.K, Size.N], 1, random), Tensor.Zeros(Size.M, Size.N));
        _packed = PackedMatrix.Pack(new(_b.Values, Size.K, Size.N));
    }

    /// <summary>Both sides as they lie.</summary>
    [Benchmark]
    public void Takt() => Gemm.Multiply(new Matrix(_a.Values, Size.M, Size.K), new Matrix(_b.Values, Size.K, Size.N), new MatrixTarget(_c.Values, Size.M, Size.N));

    /// <summary>The right side packed beforehand.</summary>
    [Benchmark]
    public void TaktPacked() => Gemm.Multiply(new Matrix(_a.Values, Size.M, Size.K), _packed, new MatrixTarget(_c.Values, Size.M, Size.N));
}

/// <summary>The same products by OpenBLAS, which chooses its path itself.</summary>
public unsafe class ProductsByOpenBlas
{
    Tensor _a = null!, _b = null!, _c = null!;

    /// <summary>m × n × k; none where OpenBLAS is missing.</summary>
    public static IEnumerable<ProductSize> Sizes => OpenBlas.Sgemm is null ? [] : Products.Sizes;

    /// <summary>m × n × k.</summary>
    [ParamsSource(nameof(Sizes))]
    public ProductSize Size { get; set; } = null!;

    /// <summary>Draws the matrices.</summary>
    [GlobalSetup]
    public void Draw()
    {
        var random = new Generator(1);
        (_a, _b, _c) = (Tensor.Normal([Size.M, Size.K], 1, random), Tensor.Normal([Size.K, Size.N], 1, random), Tensor.Zeros(Size.M, Size.N));
    }

    /// <summary>cblas_sgemm.</summary>
    [Benchmark]
    public void Sgemm()
    {
        fixed (float* a = _a.Values, b = _b.Values, c = _c.Values) OpenBlas.Multiply(Size.M, Size.N, Size.K, a, b, c);
    }
}
