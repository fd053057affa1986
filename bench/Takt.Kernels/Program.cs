using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Takt.Kernels;
using Takt.Tensors.Threading;

// Measures single kernels on every path of this processor, beside the most that one core can do.
//   dotnet run -c Release --project bench/Takt.Kernels -- --filter '*'
//   dotnet run -c Release --project bench/Takt.Kernels -- gemm           products beside OpenBLAS, on one thread and two
//   dotnet run -c Release --project bench/Takt.Kernels -- convolutions   those of ResNet-18 and of few channels, in single precision and of bytes
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Workers.Count = 1;   // the ceilings are those of one core
foreach (var (path, ceiling) in Ceilings.Arithmetic) Console.WriteLine($"{path}: {ceiling / 1e9:0.0} GFLOP/s of fused multiply-adds");
Console.WriteLine($"memory: {Ceilings.Memory / 1e9:0.0} GB/s read and written");
if (OpenBlas.IsHere) OpenBlas.UseThreads(1);
else Console.WriteLine("OpenBLAS is not here (libopenblas0-pthread has it): products are measured without it");
switch (args)
{
    case ["gemm"]: Ratios.Print(Console.Out); return;
    case ["convolutions"]: Convolutions.Print(Console.Out); return;
}

// In this process: no project is generated and built for each path, and the ceilings are those of the same run.
var config = DefaultConfig.Instance
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(8).WithMinIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(100)))
    .AddColumn(StatisticColumn.Median, new Rate(), new ShareOfCeiling())
    .HideColumns("Error", "StdDev", "Job", "Toolchain", "WarmupCount", "IterationCount", "MinIterationTime");
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
