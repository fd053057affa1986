namespace Takt.Tensors.Kernels;

/// <summary>What becomes of the sums of an integer convolution, while they are in cache. It is called from several threads, each with rows of its own.</summary>
public interface IIntegerSums
{
    /// <summary>Takes some rows of one output.</summary>
    /// <param name="output">Which output.</param>
    /// <param name="at">The place of the first sum in a result of shape [batch, outputs, height, width].</param>
    /// <param name="sums">The rows; it may be used as working memory.</param>
    /// <param name="width">How many sums of a row count.</param>
    /// <param name="pitch">From row to row in <paramref name="sums"/>.</param>
    void Take(int output, int at, Span<int> sums, int width, int pitch);
}

/// <summary>Sums as they are.</summary>
/// <param name="y">Where they go.</param>
public readonly ref struct IntegerRows(Span<int> y) : IIntegerSums
{
    readonly Span<int> _y = y;

    /// <inheritdoc/>
    public void Take(int output, int at, Span<int> sums, int width, int pitch)
    {
        for (int from = 0; from < sums.Length; from += pitch, at += width) sums.Slice(from, width).CopyTo(_y[at..]);
    }
}
