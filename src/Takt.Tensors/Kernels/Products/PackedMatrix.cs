namespace Takt.Tensors.Kernels;

/// <summary>The right side of many products, packed once: the weights of a plan.</summary>
/// <remarks>Immutable and safe to use from several threads. It stays on the kernel path it was packed for. Disposing it is optional: it gives the memory to the next user at once.</remarks>
public sealed class PackedMatrix : IDisposable
{
    Block? _block;

    PackedMatrix(int rows, int columns) => (Rows, Columns) = (rows, columns);

    /// <summary>k: the inner size of the products.</summary>
    public int Rows { get; }

    /// <summary>n: the columns of the products.</summary>
    public int Columns { get; }

    /// <summary>Floats per vector of the path it was packed for.</summary>
    internal int Lanes { get; private set; }

    internal unsafe float* Pointer => (_block ?? throw new ObjectDisposedException(nameof(PackedMatrix))).Pointer;

    /// <summary>Packs a matrix [k, n]; for a layer's weight [outputs, inputs] give its <see cref="Matrix.Transposed"/>.</summary>
    public static PackedMatrix Pack(Matrix b)
    {
        var packed = new PackedMatrix(b.Rows, b.Columns);
        packed.Fill(b);
        return packed;
    }

    /// <summary>Packs a matrix again after <see cref="Dispose"/>: weights that move from step to step, always of the same sizes.</summary>
    internal static PackedMatrix Pack(Matrix b, ref PackedMatrix? again)
    {
        again ??= new PackedMatrix(b.Rows, b.Columns);
        again.Fill(b);
        return again;
    }

    unsafe void Fill(Matrix b)
    {
        Lanes = KernelPath.LaneCount;
        int width = 2 * Lanes;
        _block = BlockPool.Rent(checked(b.Rows * ((b.Columns + width - 1) / width) * width));
        fixed (float* values = b.Values)
            KernelPath.Run(new PackKernel(values, b, _block.Pointer), Lanes);
    }

    /// <summary>Gives the memory back; no product may use it any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _block, null) is { } block) BlockPool.Return(block);
    }

    readonly unsafe struct PackKernel : IKernel
    {
        readonly float* _b, _target;
        readonly nint _row, _column;
        readonly int _k, _columns;

        public PackKernel(float* values, Matrix b, float* target)
        {
            _b = values;
            _target = target;
            (_row, _column, _k, _columns) = (b.RowStride, b.ColumnStride, b.Rows, b.Columns);
        }

        public void Run<V>() where V : struct, ILanes<V>
        {
            int width = Tiles<V>.Width;
            for (int column = 0; column < _columns; column += width)
                Packing<V>.Panel(_b + (column * _column), _row, _column, _k, Math.Min(width, _columns - column), _target + ((nint)column * _k));
        }
    }
}
