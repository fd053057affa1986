using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Takt.Protocols.Problems;

namespace Takt.Tensors.Threading;

/// <summary>The threads that share the work of a kernel: one pool for the process, so that two models never fight over the cores.</summary>
/// <remarks>
/// Whoever finds the pool free has it until the work is done; anyone else, work inside work included, runs alone on the calling thread.
/// Parts are claimed one by one, and the caller claims too: it never waits for a thread that has not begun, so a busy machine costs speed and nothing more.
/// How work is split never changes a result: parts write to different places.
/// </remarks>
public static class Workers
{
    /// <summary>Set in <see cref="s_state"/> while parts may be claimed; the bits below count the threads inside.</summary>
    const int Open = 1 << 30;

    /// <summary>How long an idle thread keeps looking before it sleeps: 30 µs, longer than the gaps between the kernels of a training step, too short to take a core from anyone.</summary>
    static readonly long s_patience = Stopwatch.Frequency * 30 / 1_000_000;

    static readonly Lock s_start = new();
    static readonly SemaphoreSlim s_wake = new(0);
    static int s_count, s_started = 1;   // a count of 0: nobody has asked yet
    static int s_busy, s_state, s_sleeping;
    static int s_next, s_parts, s_most;
    static unsafe delegate*<nint, int, void> s_run;
    static nint s_work;
    static ExceptionDispatchInfo? s_failure;
    static long s_help;
    [ThreadStatic] static long t_help;
    [ThreadStatic] static int t_most;

    /// <summary>How many threads share a kernel, the caller included. Starts as the environment variable <c>TAKT_THREADS</c>, or the number of cores; <see cref="AtMost"/> may allow this thread fewer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    /// <exception cref="InputException"><c>TAKT_THREADS</c> is not a number of threads.</exception>
    public static int Count
    {
        get
        {
            if (s_count == 0) s_count = DefaultCount();
            return t_most > 0 && t_most < s_count ? t_most : s_count;
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            s_count = value;
        }
    }

    /// <summary>Lets the kernels that this thread calls be shared by so many threads at most, until the returned scope is disposed of.</summary>
    /// <param name="threads">The caller included; 0 = as many as there are.</param>
    public static Scope AtMost(int threads)
    {
        var scope = new Scope(t_most);
        if (threads > 0 && (t_most == 0 || threads < t_most)) t_most = threads;
        return scope;
    }

    /// <summary>Ends what <see cref="AtMost"/> began, on the same thread.</summary>
    public readonly ref struct Scope
    {
        readonly int _before;

        internal Scope(int before) => _before = before;

        /// <summary>Allows what was allowed before.</summary>
        public void Dispose() => t_most = _before;
    }

    /// <summary>How long other threads have worked on what this thread asked for, all of it together: what a piece of work took of the machine is the thread's own time and the difference of this.</summary>
    public static TimeSpan Help => Stopwatch.GetElapsedTime(0, t_help);

    /// <summary>Runs parts 0 … <paramref name="parts"/> − 1, each once, in any order, and returns when all are done.</summary>
    /// <param name="parts">How many parts there are.</param>
    /// <param name="work">What to do; parts must not touch each other's results.</param>
    public static unsafe void Run<TWork>(int parts, ref TWork work) where TWork : struct, IWork, allows ref struct
    {
        if (parts <= 1 || Count == 1 || Interlocked.CompareExchange(ref s_busy, 1, 0) != 0)
        {
            for (int part = 0; part < parts; part++) work.Run(part);
            return;
        }

        Start();
        s_run = &RunPart<TWork>;
        s_work = (nint)Unsafe.AsPointer(ref work);   // the caller stays here until the last thread has left, and its stack does not move
        (s_next, s_parts, s_most, s_failure, s_help) = (0, parts, Count, null, 0);
        Volatile.Write(ref s_state, Open);
        if (Volatile.Read(ref s_sleeping) > 0 && Interlocked.Exchange(ref s_sleeping, 0) is > 0 and var sleeping) s_wake.Release(sleeping);

        Claim();
        var patience = new SpinWait();
        for (Interlocked.And(ref s_state, ~Open); Volatile.Read(ref s_state) != 0;) patience.SpinOnce(sleep1Threshold: -1);
        var failure = s_failure;
        t_help += s_help;
        Volatile.Write(ref s_busy, 0);
        failure?.Throw();
    }

    static void RunPart<TWork>(nint work, int part) where TWork : struct, IWork, allows ref struct
    {
        unsafe { Unsafe.AsRef<TWork>((void*)work).Run(part); }
    }

    static unsafe void Claim()
    {
        try
        {
            for (int part; (part = Interlocked.Increment(ref s_next) - 1) < s_parts;) s_run(s_work, part);
        }
#pragma warning disable CA1031 // handed to the caller, who throws it again
        catch (Exception failure)
#pragma warning restore CA1031
        {
            s_failure = ExceptionDispatchInfo.Capture(failure);
        }
    }

    static void Start()
    {
        if (s_started >= s_count) return;
        lock (s_start)
            for (; s_started < s_count; s_started++)
                new Thread(Serve) { IsBackground = true, Name = $"Takt worker {s_started}" }.Start(s_started);
    }

    static void Serve(object? number)
    {
        int mine = (int)number!;
        while (true)
        {
            for (long since = Stopwatch.GetTimestamp(); !CanClaim(mine);)
            {
                if (Stopwatch.GetTimestamp() - since < s_patience)
                {
                    Thread.SpinWait(8);
                    continue;
                }

                Interlocked.Increment(ref s_sleeping);   // a job that opens right now is missed: the others do it
                s_wake.Wait();
                since = Stopwatch.GetTimestamp();
            }

            for (int state = s_state; (state & Open) != 0; state = s_state)
                if (Interlocked.CompareExchange(ref s_state, state + 1, state) == state)
                {
                    long since = Stopwatch.GetTimestamp();
                    Claim();
                    Interlocked.Add(ref s_help, Stopwatch.GetTimestamp() - since);
                    Interlocked.Decrement(ref s_state);
                    break;
                }
        }
    }

    static bool CanClaim(int mine) => mine < s_most && (Volatile.Read(ref s_state) & Open) != 0 && Volatile.Read(ref s_next) < s_parts;

    static int DefaultCount()
    {
        if (Environment.GetEnvironmentVariable("TAKT_THREADS") is not { Length: > 0 } text) return Environment.ProcessorCount;
        return int.TryParse(text, CultureInfo.InvariantCulture, out int count) && count > 0 ? count
            : throw new InputException($"TAKT_THREADS is '{text}'", "a number of threads, at least 1", "Unset it to use every core.");
    }
}

/// <summary>Work in parts that do not touch each other's results.</summary>
public interface IWork
{
    /// <summary>Does one part.</summary>
    /// <param name="part">Which, from 0 on.</param>
    void Run(int part);
}
