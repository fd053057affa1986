using Takt.Monitoring.Signals;

namespace Takt.Monitoring.Tests.Signals;

public class SignalBusTests
{
    [Fact]
    public async Task Every_reader_gets_every_message_in_order()
    {
        var bus = new SignalBus<int>();
        using var one = bus.Subscribe();
        using var two = bus.Subscribe();
        for (int i = 0; i < 100; i++) bus.Publish(i);
        Assert.Equal(Enumerable.Range(0, 100), await TakeAsync(one, 100));
        Assert.Equal(Enumerable.Range(0, 100), await TakeAsync(two, 100));
        Assert.Equal(100, bus.Published);
    }

    [Fact]
    public async Task A_slow_reader_loses_the_oldest_and_knows_how_many_while_the_others_lose_nothing()
    {
        var bus = new SignalBus<int>(capacity: 4);
        using var slow = bus.Subscribe();
        using var quick = bus.Subscribe();
        var got = new List<int>();
        for (int i = 0; i < 10; i++)
        {
            bus.Publish(i);
            got.AddRange(await TakeAsync(quick, 1));
        }

        Assert.Equal(Enumerable.Range(0, 10), got);
        Assert.Equal((4, 6L), (slow.Waiting, slow.Dropped));
        Assert.Equal([6, 7, 8, 9], await TakeAsync(slow, 4));
        Assert.Equal(0, quick.Dropped);
    }

    [Fact]
    public async Task A_reader_that_left_gets_nothing_more_and_its_loop_ends()
    {
        var bus = new SignalBus<int>();
        var reader = bus.Subscribe();
        bus.Publish(1);
        reader.Dispose();
        bus.Publish(2);
        Assert.Equal(0, bus.Readers);
        var left = new List<int>();
        await foreach (int message in reader.ReadAllAsync()) left.Add(message);
        Assert.Equal([1], left);
    }

    [Fact]
    public async Task Readers_may_come_and_go_while_messages_flow()
    {
        var bus = new SignalBus<int>(capacity: 8);
        var comers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 500; i++) bus.Subscribe().Dispose();
        })).ToArray();
        for (int i = 0; i < 5_000; i++) bus.Publish(i);
        await Task.WhenAll(comers);
        Assert.Equal(0, bus.Readers);
    }

    static async Task<List<int>> TakeAsync(SignalReader<int> reader, int count)
    {
        var got = new List<int>();
        await foreach (int message in reader.ReadAllAsync())
        {
            got.Add(message);
            if (got.Count == count) break;
        }

        return got;
    }
}
