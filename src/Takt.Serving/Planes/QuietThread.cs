using System.Runtime.InteropServices;

namespace Takt.Serving.Planes;

/// <summary>A thread for long work that must not slow answers: it gets the processor when nobody who answers wants it.</summary>
static partial class QuietThread
{
    /// <summary>A tenth of the weight of an ordinary thread under Linux (sched(7)): enough to get on where the machine is half idle, and never nothing where it is not.</summary>
    const int Nice = 10;

    /// <summary>
    /// The least that Linux lets a thread keep the processor once it has it, in nanoseconds. Whoever wakes up to answer waits no longer than this; with the usual slice it would be
    /// milliseconds, whatever the niceness.
    /// </summary>
    const ulong Slice = 100_000;

    /// <summary>Runs work on a thread of its own that ends with it.</summary>
    public static Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            StepBack();
            try
            {
                result.SetResult(work().GetAwaiter().GetResult());
            }
#pragma warning disable CA1031 // handed to whoever waits
            catch (Exception failure)
#pragma warning restore CA1031
            {
                result.SetException(failure);
            }
        }) { IsBackground = true, Name = "Takt load" }.Start();
        return result.Task;
    }

    /// <summary>Makes the calling thread a quiet one. A refusal costs nothing but quiet.</summary>
    static void StepBack()
    {
        // .NET's priorities do nothing under Linux, where each thread has a niceness of its own.
        if (!OperatingSystem.IsLinux()) Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        else if (!SetSlice()) _ = SetPriority(0, 0, Nice);
    }

    /// <summary>Niceness and slice in one, sched_setattr(2): Linux takes the slice from 6.12 on, and does nothing with it before.</summary>
    static bool SetSlice()
    {
        nint number = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 314,
            Architecture.Arm64 => 274,
            _ => -1,
        };
        var wanted = new SchedulingAttributes { Size = (uint)Marshal.SizeOf<SchedulingAttributes>(), Nice = Nice, Runtime = Slice };
        return number > 0 && SetScheduling(number, 0, ref wanted, 0) == 0;
    }

    /// <summary>setpriority(2) with PRIO_PROCESS and 0: under Linux that is the calling thread.</summary>
    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int niceness);

    /// <summary>syscall(2), for few C libraries have sched_setattr.</summary>
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SetScheduling(nint number, nint thread, ref SchedulingAttributes wanted, nint flags);

    /// <summary>The first form of <c>struct sched_attr</c>; a policy of 0 is the ordinary one.</summary>
    struct SchedulingAttributes
    {
        public uint Size, Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime, Deadline, Period;
    }
}
