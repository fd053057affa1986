using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Takt.Protocols.Problems;

namespace Takt.Tensors.Kernels;

/// <summary>Which instruction set the kernels use. All give the same bits; they differ in speed.</summary>
public static class KernelPath
{
    /// <summary>What this processor can run, by name, fastest first; <c>scalar</c>, one number at a time, is last and always there.</summary>
    public static IReadOnlyList<string> Supported { get; } =
    [
        .. Vector512.IsHardwareAccelerated ? ["avx512"] : Array.Empty<string>(),
        .. Vector256.IsHardwareAccelerated ? ["avx2"] : Array.Empty<string>(),
        .. Vector128.IsHardwareAccelerated ? ["vector128"] : Array.Empty<string>(),
        "scalar",
    ];

    static string? s_current;
    static int s_lanes;   // 0: nobody has asked yet

    /// <summary>The path in use: the fastest, unless the environment variable <c>TAKT_KERNEL</c> or this property names another.</summary>
    /// <exception cref="InputException">This processor has no such path.</exception>
    public static string Current
    {
        get => s_current ?? (Current = Environment.GetEnvironmentVariable("TAKT_KERNEL") is { Length: > 0 } forced ? forced : Supported[0]);
        set
        {
            if (!Supported.Contains(value))
                throw new InputException($"there is no kernel path '{value}' on this processor", $"one of {string.Join(", ", Supported)}", "Set TAKT_KERNEL to one of these, or leave it unset for the fastest.");
            (s_current, s_lanes) = (value, value switch { "avx512" => 16, "avx2" => 8, "vector128" => 4, _ => 1 });
        }
    }

    /// <summary>How many floats one instruction of the current path works on.</summary>
    internal static int LaneCount
    {
        get
        {
            if (s_lanes == 0) _ = Current;
            return s_lanes;
        }
    }

    /// <summary>Runs a kernel on the current path.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Run<TKernel>(TKernel kernel) where TKernel : struct, IKernel, allows ref struct => Run(kernel, LaneCount);

    /// <summary>Runs a kernel on the path of so many lanes.</summary>
    internal static void Run<TKernel>(TKernel kernel, int lanes) where TKernel : struct, IKernel, allows ref struct
    {
        switch (lanes)
        {
            case 16: kernel.Run<Lanes16>(); break;
            case 8: kernel.Run<Lanes8>(); break;
            case 4: kernel.Run<Lanes4>(); break;
            default: kernel.Run<Lanes1>(); break;
        }
    }

    /// <summary>Runs a kernel on the current path with sixteen lanes, of as many vectors as that takes: for sums over rows, which are then the same sixteen running sums everywhere.</summary>
    internal static void RunSixteen<TKernel>(TKernel kernel) where TKernel : struct, IKernel, allows ref struct
    {
        switch (LaneCount)
        {
            case 16: kernel.Run<Lanes16>(); break;
            case 8: kernel.Run<Twice<Lanes8>>(); break;
            case 4: kernel.Run<Twice<Twice<Lanes4>>>(); break;
            default: kernel.Run<Twice<Twice<Twice<Twice<Lanes1>>>>>(); break;
        }
    }
}

/// <summary>Work written once for every width of lanes.</summary>
/// <remarks>The loops are compiled with full optimisation at once: a short training would otherwise be over before the runtime finds them worth it.</remarks>
interface IKernel
{
    void Run<TLanes>() where TLanes : struct, ILanes<TLanes>;
}
