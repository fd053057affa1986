using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Tests;

/// <summary>Tests that force a kernel path or a thread count run one after another and put both back.</summary>
[CollectionDefinition(nameof(KernelSettings), DisableParallelization = true)]
public abstract class KernelSettings : IDisposable
{
    readonly string _path = KernelPath.Current;
    readonly int _threads = Workers.Count;

    public static TheoryData<string> Paths => [.. KernelPath.Supported];

    public void Dispose()
    {
        KernelPath.Current = _path;
        Workers.Count = _threads;
        GC.SuppressFinalize(this);
    }
}
