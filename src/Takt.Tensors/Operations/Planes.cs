namespace Takt.Tensors;

/// <summary>A batch [batch, channels, …] as planes of pixels. Rows without pixels, [batch, channels], are turned, so that the batch becomes the pixels of a single image and vectors have something to work on.</summary>
readonly struct Planes(Shape shape)
{
    readonly bool _turned = shape.Rank == 2;
    readonly int _batch = shape[0], _channels = shape[1];

    /// <summary>Numbers in a plane.</summary>
    public int Pixels { get; } = shape.Rank == 2 ? shape[0] : shape[2..].Length;

    public delegate void Reader(ReadOnlySpan<float> x);

    public delegate void Reader2(ReadOnlySpan<float> x, ReadOnlySpan<float> dy);

    public delegate void Mapper(ReadOnlySpan<float> x, Span<float> y);

    public delegate void Mapper2(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, bool accumulate);

    public void Read(ReadOnlySpan<float> x, Reader kernel)
    {
        using var planes = Turn(x);
        kernel(planes is null ? x : planes.Values);
    }

    public void Read(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Reader2 kernel)
    {
        using Storage? planes = Turn(x), gradients = Turn(dy);
        if (planes is null || gradients is null) kernel(x, dy);
        else kernel(planes.Values, gradients.Values);
    }

    public void Map(ReadOnlySpan<float> x, Span<float> y, Mapper kernel)
    {
        using var planes = Turn(x);
        if (planes is null)
        {
            kernel(x, y);
            return;
        }

        kernel(planes.Values, planes.Values);
        TurnBack(planes.Values, y, accumulate: false);
    }

    public void Map(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, bool accumulate, Mapper2 kernel)
    {
        using Storage? planes = Turn(x), gradients = Turn(dy);
        if (planes is null || gradients is null)
        {
            kernel(x, dy, dx, accumulate);
            return;
        }

        kernel(planes.Values, gradients.Values, planes.Values, false);
        TurnBack(planes.Values, dx, accumulate);
    }

    Storage? Turn(ReadOnlySpan<float> x)
    {
        if (!_turned) return null;
        var planes = Storage.Rent(x.Length);
        var target = planes.Values;
        for (int row = 0; row < _batch; row++)
            for (int channel = 0; channel < _channels; channel++) target[(channel * _batch) + row] = x[(row * _channels) + channel];
        return planes;
    }

    void TurnBack(ReadOnlySpan<float> planes, Span<float> target, bool accumulate)
    {
        for (int row = 0; row < _batch; row++)
            for (int channel = 0; channel < _channels; channel++)
            {
                float value = planes[(channel * _batch) + row];
                ref float at = ref target[(row * _channels) + channel];
                at = accumulate ? at + value : value;
            }
    }
}
