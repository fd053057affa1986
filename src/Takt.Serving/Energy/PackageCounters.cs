using System.Globalization;

namespace Takt.Serving.Energy;

/// <summary>
/// The energy that the machine's processors have taken, by their own counters: Linux' power capping framework (Documentation/power/powercap), which tells Intel's and AMD's
/// packages alike. Beside it, how long the machine's cores have worked, for whomever.
/// </summary>
sealed class PackageCounters
{
    const string Zones = "sys/class/powercap", Busy = "proc/stat";

    /// <summary>The unit of /proc/stat, USER_HZ: the same on every architecture that .NET runs on.</summary>
    static readonly TimeSpan Jiffy = TimeSpan.FromMilliseconds(10);

    readonly Package[] _packages;
    readonly string _busy;

    PackageCounters(Package[] packages, string busy) => (_packages, _busy) = (packages, busy);

    /// <summary>The counters of a machine; null = it has none, or they may not be read (since Linux 5.10 only root may, unless somebody changes the rights of energy_uj).</summary>
    /// <param name="root">The folder that stands for <c>/</c>.</param>
    public static PackageCounters? Find(string root)
    {
        string zones = Path.Combine(root, Zones), busy = Path.Combine(root, Busy);
        try
        {
            if (!Directory.Exists(zones)) return null;
            // intel-rapl:0 is a package, intel-rapl:0:0 a part of it, and intel-rapl-mmio:0 the same package once more.
            Package[] packages =
            [
                .. Directory.GetFileSystemEntries(zones, "intel-rapl:*").Where(zone => Path.GetFileName(zone).Count(c => c == ':') == 1)
                    .Where(zone => File.ReadAllText(Path.Combine(zone, "name")).StartsWith("package", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(zone => new Package(zone)),
            ];
            var found = new PackageCounters(packages, busy);
            if (packages.Length == 0) return null;
            found.Read();
            return found;
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            return null;
        }
    }

    /// <summary>Energy of all packages since they were found, in joules, and the time that all cores of the machine have worked since it started. Ask at least every few minutes: counters wrap around.</summary>
    public (double Joules, TimeSpan Busy) Read() => (_packages.Sum(package => package.Read()), ReadBusy());

    /// <summary>Whether a failure means that the counters cannot be read, now or ever.</summary>
    public static bool IsUnreadable(Exception failure) => failure is IOException or UnauthorizedAccessException or FormatException;

    /// <summary>user, nice, system, irq, softirq and steal of the line for all cores; idle and waiting for disks are no work.</summary>
    TimeSpan ReadBusy()
    {
        string line = File.ReadLines(_busy).First();
        long[] fields = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
        return Jiffy * fields.Where((_, i) => i is 0 or 1 or 2 or 5 or 6 or 7).Sum();
    }

    /// <summary>One counter: microjoules from 0 to a largest value, and then from 0 again.</summary>
    sealed class Package(string zone)
    {
        readonly string _energy = Path.Combine(zone, "energy_uj");
        readonly long _range = Microjoules(Path.Combine(zone, "max_energy_range_uj"));
        long? _last;
        double _joules;

        public double Read()
        {
            long now = Microjoules(_energy), since = now - (_last ?? now);
            _last = now;
            return _joules += (since >= 0 ? since : since + _range) / 1e6;
        }

        static long Microjoules(string file) => long.Parse(File.ReadAllText(file), NumberStyles.Integer | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }
}
