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
