using System.Runtime.InteropServices;

namespace Takt.Kernels;

/// <summary>OpenBLAS, where this machine has it: only to be measured against.</summary>
static unsafe class OpenBlas
{
    const int RowMajor = 101, NoTranspose = 111, Transpose = 112;

    static readonly nint s_library = NativeLibrary.TryLoad("libopenblas.so.0", out nint library) || NativeLibrary.TryLoad("libopenblas", out library) ? library : 0;

    static readonly delegate* unmanaged<int, void> s_setThreads = (delegate* unmanaged<int, void>)Export("openblas_set_num_threads");

    /// <summary>cblas_sgemm; null where the library is not there.</summary>
    public static delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> Sgemm { get; } =
        (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)Export("cblas_sgemm");

    public static bool IsHere => Sgemm != null;

    /// <summary>The processor whose kernels it took: its own choice, unless the environment variable OPENBLAS_CORETYPE forces one.</summary>
    public static string Core => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Export("openblas_get_corename"))()) ?? "unknown";

    /// <summary>How many threads it may use.</summary>
    public static void UseThreads(int count) => s_setThreads(count);

    public static void Multiply(int m, int n, int k, float* a, float* b, float* c, bool leftTransposed = false) =>
        Sgemm(RowMajor, leftTransposed ? Transpose : NoTranspose, NoTranspose, m, n, k, 1, a, leftTransposed ? m : k, b, n, 0, c, n);

    static void* Export(string name) => s_library == 0 ? null : (void*)NativeLibrary.GetExport(s_library, name);
}
