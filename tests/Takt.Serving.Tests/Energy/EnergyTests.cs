using System.Globalization;
using Takt.Serving.Energy;
using Takt.Serving.Statistics;

namespace Takt.Tests.Serving;

public sealed class EnergyTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("takt-energy-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task The_packages_energy_is_shared_out_by_CPU_time()
    {
        Machine(package0: 5_000_000, package1: 900_000_000, busySeconds: 1000);
        var meter = new EnergyMeter(new EnergyOptions { Root = _root });
        using var test = Test(meter);
        test.Catalog.Add("oven", 1, "3");
        Assert.Equal("package", meter.Source);
        await test.RefreshAsync();

        // Within ten seconds of work of all cores the packages take 60 J and 40 J.
        await Ask(test, "press", 3);
        await Ask(test, "oven", 1);
        Machine(package0: 65_000_000, package1: 940_000_000, busySeconds: 1010);
        var counts = Snapshot(test);
        Assert.InRange(counts["press"].Cpu.TotalSeconds, 0.06, 5);
        Assert.Equal(10 * counts["press"].Cpu.TotalSeconds, counts["press"].Joules, tolerance: 1e-9);
        Assert.Equal(10 * counts["oven"].Cpu.TotalSeconds, counts["oven"].Joules, tolerance: 1e-9);
        Assert.Equal(counts["press"].Joules / 3, counts["press"].JoulesPerRow!.Value, tolerance: 1e-12);

        // What is shared out is shared out once, and what passes while nothing is computed is nobody's.
        Machine(package0: 100_000_000, package1: 990_000_000, busySeconds: 1200);
        Assert.Equal(counts["press"].Joules, Snapshot(test)["press"].Joules);

        // The second counter goes around its end: 10 J up to it, 20 J from 0, and a joule of the first.
        await Ask(test, "press", 1);
        Machine(package0: 101_000_000, package1: 20_000_000, busySeconds: 1201);
        var later = Snapshot(test)["press"];
        Assert.Equal(31 * (later.Cpu - counts["press"].Cpu).TotalSeconds, later.Joules - counts["press"].Joules, tolerance: 1e-6);
    }

    [Fact]
    public async Task Models_never_take_more_than_the_machine()
    {
        Machine(0, 0, 50);
        using var test = Test(new EnergyMeter(new EnergyOptions { Root = _root }));
        await test.RefreshAsync();
        await Ask(test, "press", 2);
        Machine(3_000_000, 4_000_000, 50);   // the machine's own time has not moved yet
        Assert.Equal(7, Snapshot(test)["press"].Joules, tolerance: 1e-9);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("gibberish")]
    public async Task Without_counters_seconds_of_cores_count_a_stated_power(string? counter)
    {
        if (counter is not null)
        {
            Machine(0, 0, 1);
            File.WriteAllText(Path.Combine(_root, "sys/class/powercap/intel-rapl:0/energy_uj"), counter);
        }

        var meter = new EnergyMeter(new EnergyOptions { Root = _root, WattsPerCore = 25 });
        Assert.Equal("estimate", meter.Source);
        using var test = Test(meter);
        await Ask(test, "press", 1);
        var counts = Snapshot(test)["press"];
        Assert.InRange(counts.Cpu.TotalSeconds, 0.02, 5);
        Assert.Equal(25 * counts.Cpu.TotalSeconds, counts.Joules, tolerance: 1e-9);
    }

    [Fact]
    public async Task Waiting_takes_no_energy()
    {
        if (!OperatingSystem.IsLinux()) return;   // elsewhere a thread that waits is taken to work
        using var test = new PlaneUnderTest();
        test.Backend.Working = _ => Thread.Sleep(200);
        await test.AskAsync("press");
        Assert.InRange(Snapshot(test)["press"].Cpu.TotalSeconds, 0, 0.1);
    }

    static PlaneUnderTest Test(EnergyMeter meter)
    {
        var test = new PlaneUnderTest(energy: meter);
        test.Backend.Working = _ =>
        {
            // 30 ms of this thread's own time, however busy the machine is.
            var cpu = CpuClock.Start();
            while (cpu.Passed(TimeSpan.FromSeconds(1)) < TimeSpan.FromMilliseconds(30)) Thread.SpinWait(1000);
        };
        return test;
    }

    static async Task Ask(PlaneUnderTest test, string model, int times)
    {
        for (int i = 0; i < times; i++) await test.AskAsync(model);
    }

    static Dictionary<string, VersionStatistics> Snapshot(PlaneUnderTest test) => test.Plane.Statistics.Snapshot().ToDictionary(s => s.Model);

    /// <summary>A machine of two packages as Linux shows it, with parts of packages and a second view of one that must not count.</summary>
    void Machine(long package0, long package1, double busySeconds)
    {
        Zone("intel-rapl:0", "package-0", package0);
        Zone("intel-rapl:1", "package-1", package1);
        Zone("intel-rapl:0:0", "core", 77_000_000);
        Zone("intel-rapl-mmio:0", "package-0", package0);
        Zone("intel-rapl:2", "psys", 999_000_000);
        Directory.CreateDirectory(Path.Combine(_root, "proc"));
        // user nice system idle iowait irq softirq steal guest guest_nice, in hundredths of a second
        string user = ((long)(busySeconds * 100) - 50).ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(Path.Combine(_root, "proc/stat"), $"cpu  {user} 10 20 123456 789 5 5 10 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n");
    }

    void Zone(string folder, string name, long microjoules)
    {
        string zone = Directory.CreateDirectory(Path.Combine(_root, "sys/class/powercap", folder)).FullName;
        File.WriteAllText(Path.Combine(zone, "name"), name + "\n");
        File.WriteAllText(Path.Combine(zone, "energy_uj"), microjoules.ToString(CultureInfo.InvariantCulture) + "\n");
        File.WriteAllText(Path.Combine(zone, "max_energy_range_uj"), "1000000000\n");
    }
}
