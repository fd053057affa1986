namespace Takt.Tensors.Kernels;

/// <summary>Sizes of an attention, and how its heads lie in memory.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Heads">Heads of each.</param>
/// <param name="Queries">Steps that ask.</param>
/// <param name="Keys">Steps that are asked.</param>
/// <param name="Width">Numbers of a query and of a key in one head.</param>
/// <param name="ValueWidth">Numbers of a value in one head.</param>
/// <param name="HeadsInside">Whether the heads of a step lie side by side, [batch, steps, heads·width]; otherwise each has its own sequence, [batch, heads, steps, width].</param>
/// <param name="IsCausal">Whether query i sees keys 0 … i only.</param>
/// <param name="Scale">Factor of the scores, above 0; usually 1/√Width.</param>
public readonly record struct AttentionSizes(int Batch, int Heads, int Queries, int Keys, int Width, int ValueWidth, bool HeadsInside, bool IsCausal, float Scale)
{
    /// <summary>Below so many multiply-adds (some 20 µs on one core) calling another thread brings little.</summary>
    const long WorthSharing = 2_000_000;

    /// <summary>Heads of all sequences: each knows nothing of the others.</summary>
    public int Count => Batch * Heads;

    /// <summary>Scores of one head.</summary>
    public int Scores => Queries * Keys;

    /// <summary>Into how many parts the work is cut.</summary>
    internal int Parts => (long)Count * Scores * (Width + ValueWidth) < WorthSharing ? 1 : Math.Min(Count, 4 * Threading.Workers.Count);

    /// <summary>One head as a matrix [steps, width].</summary>
    internal Matrix Head(ReadOnlySpan<float> all, int head, int steps, int width) => new(all[Begin(head, steps, width)..], steps, width, Row(width));

    /// <inheritdoc cref="Head"/>
    internal MatrixTarget Target(Span<float> all, int head, int steps, int width) => new(all[Begin(head, steps, width)..], steps, width, Row(width));

    int Begin(int head, int steps, int width) =>
        steps == 0 ? 0 : HeadsInside ? (((head / Heads * steps) * Heads) + (head % Heads)) * width : head * steps * width;

    int Row(int width) => HeadsInside ? Heads * width : width;
}
