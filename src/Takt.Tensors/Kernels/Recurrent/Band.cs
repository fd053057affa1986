namespace Takt.Tensors.Kernels;

/// <summary>Some sequences of a tensor [batch, steps, width]: one step of all of them is a matrix whose rows lie steps·width apart.</summary>
readonly ref struct Band(Span<float> all, int first, int steps, int width)
{
    readonly Span<float> _values = all[(first * steps * width)..];

    /// <summary>All steps of so many sequences.</summary>
    public Span<float> All(int count) => _values[..(count * steps * width)];

    /// <summary>From one step of the first sequence on.</summary>
    public Span<float> At(int step) => _values[(step * width)..];

    public Matrix Step(int step, int count) => new(At(step), count, width, steps * width);

    public MatrixTarget StepTarget(int step, int count) => new(At(step), count, width, steps * width);
}
