namespace Takt.Kernels;

/// <summary>How much there is to do in one call of a kernel.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Operations">Multiplications and additions.</param>
/// <param name="Bytes">Read from and written to memory.</param>
public record Work(string Name, double Operations, double Bytes)
{
    /// <summary>The shortest time in seconds that one core of this machine needs for it: arithmetic and memory run side by side.</summary>
    public double LeastSeconds(string path) => Math.Max(Operations / Ceilings.Arithmetic[path], Bytes / Ceilings.Memory);

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}
