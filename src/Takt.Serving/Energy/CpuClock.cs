using System.Runtime.InteropServices;
using Takt.Tensors.Threading;

namespace Takt.Serving.Energy;

/// <summary>The CPU time that a piece of work takes: of the thread that does it, and of those that help with its kernels.</summary>
readonly partial struct CpuClock
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID of Linux, clock_gettime(2).</summary>
    const int ThreadClock = 3;

    readonly long _thread;
    readonly TimeSpan _help;

    CpuClock(long thread, TimeSpan help) => (_thread, _help) = (thread, help);

    /// <summary>Begins to measure on this thread.</summary>
    public static CpuClock Start() => new(ThreadTime(), Workers.Help);

    /// <summary>CPU time since the start, on the same thread. Where the system tells no thread's time in small steps (only Linux does), the thread is taken to have worked all the while.</summary>
    /// <param name="wall">How long the work took by the clock.</param>
    public TimeSpan Passed(TimeSpan wall) => (_thread < 0 ? wall : TimeSpan.FromTicks((ThreadTime() - _thread) / TimeSpan.NanosecondsPerTick)) + (Workers.Help - _help);

    /// <summary>Nanoseconds that this thread has run; -1 = it is not told.</summary>
    static long ThreadTime() => OperatingSystem.IsLinux() && Environment.Is64BitProcess && GetTime(ThreadClock, out var time) == 0 ? (time.Seconds * 1_000_000_000) + time.Nanoseconds : -1;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    /// <summary>struct timespec where a long has 64 bits.</summary>
    struct TimeSpec
    {
        public long Seconds, Nanoseconds;
    }
}
