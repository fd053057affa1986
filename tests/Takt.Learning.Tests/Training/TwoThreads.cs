using System.Diagnostics;
using Takt.Tensors.Threading;

namespace Takt.Learning.Tests.Training;

/// <summary>What the two threads of a training have allocated: nothing that the test's host or anybody else in the process does at the same time is in it.</summary>
static class TwoThreads
{
    /// <summary>Bytes since both began. <see cref="Workers.Count"/> is 2.</summary>
    public static long Allocated()
    {
        while (true)
        {
            var meeting = new Meeting();
            Workers.Run(2, ref meeting);
            if (!meeting.Missed) return meeting.Bytes;
        }
    }

    /// <summary>Each thread takes one part, for whoever comes first waits for the other.</summary>
    struct Meeting : IWork
    {
        /// <summary>A worker that fell asleep just when it was called does not come.</summary>
        static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

        public long Bytes;
        public bool Missed;
        int _first, _arrived;

        public void Run(int part)
        {
            if (Interlocked.CompareExchange(ref _first, Environment.CurrentManagedThreadId, 0) == Environment.CurrentManagedThreadId) Missed = true;
            Interlocked.Add(ref Bytes, GC.GetAllocatedBytesForCurrentThread());
            Interlocked.Increment(ref _arrived);
            var spin = new SpinWait();
            for (long since = Stopwatch.GetTimestamp(); Volatile.Read(ref _arrived) < 2 && Stopwatch.GetElapsedTime(since) < s_patience;) spin.SpinOnce(sleep1Threshold: -1);
        }
    }
}
