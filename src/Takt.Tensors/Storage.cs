namespace Takt.Tensors;

/// <summary>The memory behind tensors: floats that begin on a 64-byte line, so that no vector of any instruction set straddles two lines at the start.</summary>
/// <remarks>Several tensors may share one storage (a reshape is only another view). Once disposed, its memory belongs to someone else and every use fails.</remarks>
sealed class Storage : IDisposable
{
    Block? _block;

    /// <summary>So many floats, to come: <see cref="Renew"/> gets them.</summary>
    public Storage(int length) => Length = length;

    /// <summary>How many floats are used.</summary>
    public int Length { get; }

    /// <summary>Fresh or second-hand memory; what is in it is not defined.</summary>
    public static Storage Rent(int length)
    {
        var storage = new Storage(length);
        storage.Renew();
        return storage;
    }

    /// <summary>Gets memory where there is none.</summary>
    public void Renew() => _block ??= BlockPool.Rent(Length);

    /// <summary>Takes over the memory of another storage of the same length, which then has none.</summary>
    public void TakeOver(Storage other) => (_block, other._block) = (other._block, null);

    /// <summary>The floats.</summary>
    /// <exception cref="ObjectDisposedException">They were given back when their tape ended.</exception>
    public Span<float> Values => (_block ?? throw Gone()).Values(Length);

    /// <summary>Gives the memory back; from now on every use of it fails.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _block, null) is { } block) BlockPool.Return(block);
    }

    static ObjectDisposedException Gone() => new(nameof(Tensor),
        "The values of this tensor were given back when its tape ended (or, for a gradient, when it had been used). Read them before, or keep a Copy().");
}

/// <summary>Memory for the length of a scope.</summary>
readonly ref struct Scratch
{
    readonly Block? _block;

    public Scratch(int length)
    {
        _block = BlockPool.Rent(length);
        Values = _block.Values(length);
    }

    /// <summary>So many floats; what is in them is not defined.</summary>
    public Span<float> Values { get; }

    public void Dispose()
    {
        if (_block is not null) BlockPool.Return(_block);
    }
}

/// <summary>A piece of memory that is used again and again.</summary>
sealed class Block(int capacity)
{
    readonly PinnedArray<float> _memory = new(capacity);

    public int Capacity => _memory.Length;

    /// <summary>The address of the first float. Whoever uses it keeps the block alive meanwhile.</summary>
    public unsafe float* Pointer => _memory.Pointer;

    public Span<float> Values(int length) => _memory.Span[..length];
}

/// <summary>Second-hand blocks, kept by size, so that training steps that look alike allocate nothing.</summary>
static class BlockPool
{
    /// <summary>How much is kept for the next user. A tape of the largest networks trained on a plant's machine holds less; what exceeds it goes to the garbage collector.</summary>
    const long KeptFloats = 256L << 20;

    static readonly Lock s_gate = new();
    static readonly Dictionary<int, Stack<Block>> s_blocks = [];
    static long s_kept;

    public static Block Rent(int length)
    {
        int capacity = CapacityFor(length);
        lock (s_gate)
            if (s_blocks.TryGetValue(capacity, out var blocks) && blocks.TryPop(out var block))
            {
                s_kept -= capacity;
                return block;
            }

        return new Block(capacity);
    }

    public static void Return(Block block)
    {
        lock (s_gate)
        {
            if (s_kept + block.Capacity > KeptFloats) return;
            s_kept += block.Capacity;
            if (!s_blocks.TryGetValue(block.Capacity, out var blocks)) s_blocks.Add(block.Capacity, blocks = []);
            blocks.Push(block);
        }
    }

    /// <summary>Leaves what is kept to the garbage collector.</summary>
    public static void Trim()
    {
        lock (s_gate)
        {
            s_blocks.Clear();
            s_kept = 0;
        }
    }

    /// <summary>Rounds up to a quarter of a power of two: at most a quarter is wasted, and similar sizes find each other's blocks.</summary>
    static int CapacityFor(int length)
    {
        if (length <= 64) return 64;
        int step = 1 << (int.Log2(length - 1) - 2);
        return (int)Math.Min(((long)length + step - 1) / step * step, PinnedArray<float>.MaxLength);
    }
}
