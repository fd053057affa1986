using System.Runtime.InteropServices;

namespace Takt.Kernels;

/// <summary>OpenBLAS, where this machine has it: only to be measured against.</summary>
static unsafe class OpenBlas
{
    const int RowMajor = 101, NoTranspose = 111;

    /// <summary>cblas_sgemm on one thread; null where the library is not there.</summary>
    public static delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> Sgemm { get; } = Load();

    public static bool IsHere => Sgemm != null;

    public static void Multiply(int m, int n, int k, float* a, float* b, float* c) => Sgemm(RowMajor, NoTranspose, NoTranspose, m, n, k, 1, a, k, b, n, 0, c, n);

    static delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> Load()
    {
        if (!NativeLibrary.TryLoad("libopenblas.so.0", out nint library) && !NativeLibrary.TryLoad("libopenblas", out library)) return null;
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        return (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
    }
}
