using System.Runtime.InteropServices;
using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Learning.Jobs;

/// <summary>Where a training ran. The same seed gives the same weights on the same processor, kernels and number of threads.</summary>
/// <param name="Processor">Its name, as the system tells it.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="Threads">Threads that shared the work.</param>
/// <param name="Kernel">Instruction set of the kernels.</param>
/// <param name="System">Operating system.</param>
/// <param name="DotNet">Version of .NET.</param>
/// <param name="Takt">Version of Takt.</param>
public sealed record RunEnvironment(string Processor, int Cores, int Threads, string Kernel, string System, string DotNet, string Takt)
{
    /// <summary>This machine, now.</summary>
    public static RunEnvironment Now() => new(
        ProcessorName(), Environment.ProcessorCount, Workers.Count, KernelPath.Current, RuntimeInformation.OSDescription,
        Environment.Version.ToString(), typeof(RunEnvironment).Assembly.GetName().Version!.ToString(3));

    /// <summary>As a model card lists it.</summary>
    public IReadOnlyDictionary<string, string> ToDictionary() => new Dictionary<string, string>
    {
        ["processor"] = Processor, ["cores"] = $"{Cores}", ["threads"] = $"{Threads}", ["kernel"] = Kernel, ["system"] = System, [".NET"] = DotNet, ["Takt"] = Takt,
    };

    static string ProcessorName()
    {
        const string linux = "/proc/cpuinfo";
        string? name = File.Exists(linux)
            ? File.ReadLines(linux).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return name ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
