using System.Runtime.InteropServices;

namespace Takt.Serving.Planes;

/// <summary>A thread for long work that must not slow answers: it gets the processor when nobody who answers wants it.</summary>
static partial class QuietThread
{
    /// <summary>A tenth of the weight of an ordinary thread under Linux (sched(7)): enough to get on where the machine is half idle.</summary>
    const int Nice = 10;

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

    static void StepBack()
    {
        // .NET's priorities do nothing under Linux, where each thread has a niceness of its own.
        if (OperatingSystem.IsLinux()) _ = SetPriority(0, 0, Nice);
        else Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

    /// <summary>setpriority(2) with PRIO_PROCESS and 0: under Linux that is the calling thread. A refusal costs nothing but quiet.</summary>
    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int niceness);
}
