using Takt.Tensors.Threading;

namespace Takt.Tensors.Tests;

[Collection(nameof(KernelSettings))]
public sealed class WorkersTests : KernelSettings
{
    [Fact]
    public void Every_part_runs_once_however_often_and_from_however_many_threads()
    {
        Workers.Count = 4;
        Parallel.For(0, 8, _ =>
        {
            for (int round = 0; round < 500; round++)
            {
                int[] counts = new int[round % 40];
                var work = new Count(counts);
                Workers.Run(counts.Length, ref work);
                Assert.All(counts, count => Assert.Equal(1, count));
            }
        });
    }

    [Fact]
    public void Work_inside_work_runs_on_its_own_thread()
    {
        Workers.Count = 3;
        int[] counts = new int[100];
        var work = new Nested(counts);
        Workers.Run(10, ref work);
        Assert.All(counts, count => Assert.Equal(1, count));
    }

    [Fact]
    public void A_failure_reaches_the_caller_and_the_pool_goes_on()
    {
        Workers.Count = 3;
        var failing = new Failing();
        Assert.Equal("seven", Assert.Throws<InvalidOperationException>(() => Workers.Run(20, ref failing)).Message);
        int[] counts = new int[20];
        var work = new Count(counts);
        Workers.Run(20, ref work);
        Assert.All(counts, count => Assert.Equal(1, count));
    }

    [Fact]
    public void Products_of_batches_are_the_same_however_few_threads_the_caller_allows()
    {
        Tensor x = GradientCheck.Draw([41, 32, 64], 1), w = GradientCheck.Draw([41, 64, 64], 2);
        Workers.Count = 1;
        float[] expected = x.MatMul(w).Values.ToArray();
        Workers.Count = 4;
        for (int threads = 1; threads <= 4; threads++)
            for (int round = 0; round < 20; round++)
            {
                using var few = Workers.AtMost(threads);
                Assert.True(x.MatMul(w).Values.SequenceEqual(expected), $"{threads} threads");
            }
    }

    [Fact]
    public void Models_that_run_at_once_never_have_more_threads_at_work_than_callers_and_the_pool()
    {
        Workers.Count = 3;
        const int callers = 4;
        int inside = 0, most = 0;
        var threads = new HashSet<int>();
        var start = new Barrier(callers);
        Thread[] models = [.. Enumerable.Range(0, callers).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            for (int round = 0; round < 30; round++)
            {
                var work = new Watched(() =>
                {
                    int now = Interlocked.Increment(ref inside);
                    lock (threads)
                    {
                        most = Math.Max(most, now);
                        threads.Add(Environment.CurrentManagedThreadId);
                    }

                    Thread.SpinWait(2000);
                    Interlocked.Decrement(ref inside);
                });
                Workers.Run(12, ref work);
            }
        }))];
        foreach (var model in models) model.Start();
        foreach (var model in models) model.Join();
        Assert.InRange(most, 1, callers + 2);   // one pool for all: two threads beside the callers, however many models there are
        Assert.InRange(threads.Count, 1, callers + 2);
    }

    readonly struct Watched(Action each) : IWork
    {
        public void Run(int part) => each();
    }

    readonly struct Count(int[] counts) : IWork
    {
        public void Run(int part) => Interlocked.Increment(ref counts[part]);
    }

    readonly struct Nested(int[] counts) : IWork
    {
        public void Run(int part)
        {
            var work = new Offset(counts, 10 * part);
            Workers.Run(10, ref work);
        }
    }

    readonly struct Offset(int[] counts, int start) : IWork
    {
        public void Run(int part) => Interlocked.Increment(ref counts[start + part]);
    }

    readonly struct Failing : IWork
    {
        public void Run(int part)
        {
            if (part == 7) throw new InvalidOperationException("seven");
        }
    }
}
