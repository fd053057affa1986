namespace Takt.Tensors;

/// <summary>A batch [batch, channels, …] as planes of pixels. Rows without pixels, [batch, channels], are turned, so that the batch becomes the pixels of a single image and vectors have something to work on.</summary>
readonly struct Planes(Shape shape)
{
    readonly int _batch = shape[0], _channels = shape[1];

    /// <summary>Numbers in a plane.</summary>
    public int Pixels { get; } = shape.Rank == 2 ? shape[0] : shape[2..].Length;

    /// <summary>Whether the batch must be turned.</summary>
    public bool AreTurned { get; } = shape.Rank == 2;

    /// <summary>Room for a turned batch; none where nothing is turned.</summary>
    public Scratch Rent() => AreTurned ? new(_batch * _channels) : default;

    /// <summary>The planes of a batch: itself, or turned into some room.</summary>
    public Span<float> Of(Span<float> x, in Scratch room)
    {
        if (!AreTurned) return x;
        var target = room.Values;
        for (int row = 0; row < _batch; row++)
            for (int channel = 0; channel < _channels; channel++) target[(channel * _batch) + row] = x[(row * _channels) + channel];
        return target;
    }

    /// <summary>Turned planes back to a batch.</summary>
    public void TurnBack(ReadOnlySpan<float> planes, Span<float> target, bool accumulate)
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
