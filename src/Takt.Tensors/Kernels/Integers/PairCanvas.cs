using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Takt.Tensors.Kernels;

/// <summary>The canvas of an integer convolution: the pixels of two channels side by side in 32 bits, less their zero point, with zeros around.</summary>
static unsafe class PairCanvas
{
    /// <summary>Vectors may be read so far beyond the end: four of the widest.</summary>
    public const int Slack = 64;

    /// <summary>Paints one image's group.</summary>
    /// <param name="sizes">Sizes, with pairs of channels for channels.</param>
    /// <param name="image">The first channel of the group.</param>
    /// <param name="channels">Channels of the group; where they are odd, zeros make the last a pair.</param>
    /// <param name="zeroPoint">Of the pixels.</param>
    /// <param name="target">The canvas, and <see cref="Slack"/> more.</param>
    public static void Paint<T>(in ConvolutionSizes sizes, T* image, int channels, int zeroPoint, int* target) where T : unmanaged, IBinaryInteger<T>
    {
        int length = sizes.CanvasLength, width = sizes.Image.Width;
        new Span<int>(target, (sizes.GroupInputs * length) + Slack).Clear();
        var line = BlockPool.Rent(width);
        var rows = new CanvasRows(sizes);
        for (int channel = 0; channel < channels; channel += 2, target += length)
            for (int row = rows.First; row < rows.End; row++)
            {
                T* first = image + ((((nint)channel * sizes.Image.Height) + row) * width);
                Join(first, channel + 1 < channels ? first + sizes.ImageLength : null, width, zeroPoint, (int*)line.Pointer);
                rows.Paint(row, line.Pointer, (float*)target);
            }

        BlockPool.Return(line);
    }

    /// <summary>Two rows to one of pairs; the second may be missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Join<T>(T* first, T* second, int count, int zeroPoint, int* pairs) where T : unmanaged, IBinaryInteger<T>
    {
        int i = 0;
        var zero = Vector128.Create((short)zeroPoint);
        for (; i <= count - 8; i += 8)
        {
            Vector128<ushort> low = (Widen(first + i) - zero).AsUInt16(), high = second == null ? default : (Widen(second + i) - zero).AsUInt16();
            (Vector128.WidenLower(low) | (Vector128.WidenLower(high) << 16)).AsInt32().Store(pairs + i);
            (Vector128.WidenUpper(low) | (Vector128.WidenUpper(high) << 16)).AsInt32().Store(pairs + i + 4);
        }

        for (; i < count; i++) pairs[i] = ((int.CreateTruncating(first[i]) - zeroPoint) & 0xFFFF) | (second == null ? 0 : (int.CreateTruncating(second[i]) - zeroPoint) << 16);
    }

    /// <summary>Eight bytes to 16 bits each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<short> Widen<T>(T* bytes) where T : unmanaged, IBinaryInteger<T>
    {
        var eight = Vector128.CreateScalar(*(ulong*)bytes);
        return typeof(T) == typeof(sbyte) ? Vector128.WidenLower(eight.AsSByte()) : Vector128.WidenLower(eight.AsByte()).AsInt16();
    }
}
