using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Takt.Doors.Requests;

/// <summary>
/// The memory that connections read into and write from. The server's own blocks hold 4 KiB, so that a tensor of half a megabyte would come in a hundred and fifty pieces, each with a
/// call of the system and a wait.
/// </summary>
sealed class ReadBlocks : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool();

    sealed class Pool : MemoryPool<byte>
    {
        /// <summary>64 KiB: what a socket usually has at once.</summary>
        const int BlockBytes = 64 * 1024;

        /// <summary>Blocks that are kept for the next: 8 MiB. A connection that waits for its next request holds none.</summary>
        const int MostKept = 128;

        readonly ConcurrentQueue<Block> _free = [];

        public override int MaxBufferSize => BlockBytes;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
            return _free.TryDequeue(out var block) ? block : new Block(this);
        }

        protected override void Dispose(bool disposing) => _free.Clear();

        void Return(Block block)
        {
            if (_free.Count < MostKept) _free.Enqueue(block);
        }

        /// <summary>Pinned, for the system reads into it while the collector may run.</summary>
        sealed class Block(Pool pool) : IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true), 0, BlockBytes);

            public void Dispose() => pool.Return(this);
        }
    }
}
