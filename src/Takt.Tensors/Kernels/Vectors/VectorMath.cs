using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Functions applied to many numbers, on the current path and, where there are very many, on all workers.</summary>
public static unsafe class VectorMath
{
    /// <summary>Applies an activation to every number. Sigmoid within 3 units in the last place, tanh within 4e-7 relative, both forms of GELU within 4e-7 of the larger of |x| and 1.</summary>
    /// <param name="activation">Which.</param>
    /// <param name="x">Arguments.</param>
    /// <param name="y">Results, as many; may be x.</param>
    public static void Apply(Activation activation, ReadOnlySpan<float> x, Span<float> y)
    {
        switch (activation)
        {
            case Activation.Identity: x.CopyTo(y); break;
            case Activation.Relu: Map(default(Relu), x, y); break;
            case Activation.Tanh: Map(default(Tanh), x, y); break;
            case Activation.Sigmoid: Map(default(Sigmoid), x, y); break;
            case Activation.Gelu: Map(default(Gelu), x, y); break;
            case Activation.Silu: Map(default(Silu), x, y); break;
            case Activation.GeluTanh: Map(default(GeluTanh), x, y); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, "Not an activation.");
        }
    }

    /// <summary>eˣ for every number, within 2 units in the last place.</summary>
    /// <param name="x">Arguments.</param>
    /// <param name="y">Results, as many; may be x.</param>
    public static void Exp(ReadOnlySpan<float> x, Span<float> y) => Map(default(Exponential), x, y);

    /// <summary>erf x for every number, within 6e-7.</summary>
    /// <param name="x">Arguments.</param>
    /// <param name="y">Results, as many; may be x.</param>
    public static void Erf(ReadOnlySpan<float> x, Span<float> y) => Map(default(ErrorFunction), x, y);

    internal static void Map<TFunction>(TFunction f, ReadOnlySpan<float> x, Span<float> y) where TFunction : struct, IFunction
    {
        if (y.Length < x.Length) throw new ArgumentException($"{x.Length} arguments, but room for {y.Length} results; expected as many.", nameof(y));
        fixed (float* from = x, to = y) KernelPath.Run(new MapKernel<TFunction>(f, from, to, x.Length));
    }

    internal static void MapBack<TFunction>(TFunction f, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, bool accumulate) where TFunction : struct, IFunction
    {
        fixed (float* px = x, py = y, pdy = dy, pdx = dx) KernelPath.Run(new MapBackKernel<TFunction>(f, px, py, pdy, pdx, x.Length, accumulate));
    }

    readonly struct MapKernel<TFunction>(TFunction f, float* x, float* y, int count) : IKernel where TFunction : struct, IFunction
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = EvenParts.Of(count);
            var share = new Share<V>(f, x, y, count, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(TFunction f, float* x, float* y, int count, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part)
            {
                int begin = EvenParts.Begin(part, parts, count);
                Loops<V>.Map(f, x + begin, y + begin, EvenParts.Begin(part + 1, parts, count) - begin);
            }
        }
    }

    readonly struct MapBackKernel<TFunction>(TFunction f, float* x, float* y, float* dy, float* dx, int count, bool accumulate) : IKernel where TFunction : struct, IFunction
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = EvenParts.Of(count);
            var share = new Share<V>(f, x, y, dy, dx, count, parts, accumulate);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(TFunction f, float* x, float* y, float* dy, float* dx, int count, int parts, bool accumulate) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part)
            {
                int begin = EvenParts.Begin(part, parts, count);
                Loops<V>.MapBack(f, x + begin, y + begin, dy + begin, dx + begin, EvenParts.Begin(part + 1, parts, count) - begin, accumulate);
            }
        }
    }
}
