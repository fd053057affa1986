using FsCheck;
using FsCheck.Fluent;
using Takt.Monitoring.Lines;

namespace Takt.Monitoring.Tests.Lines;

public class RecentValuesTests
{
    [Fact]
    public void It_keeps_the_newest_in_order_whatever_came_before() =>
        Prop.ForAll<int[], byte>((values, size) =>
        {
            var recent = new RecentValues<int>(size + 1);
            foreach (int value in values) recent.Add(value);
            return recent.Snapshot().SequenceEqual(values.TakeLast(size + 1))
                && recent.Snapshot(3).SequenceEqual(values.TakeLast(Math.Min(3, size + 1)))
                && recent.Latest == values.LastOrDefault();
        }).QuickCheckThrowOnFailure();
}
