namespace Takt.Graphs.Plans.Operators;

/// <summary>Windows over an image of any number of axes, all sizes known: one number an axis in each list.</summary>
readonly ref struct WindowSizes(
    ReadOnlySpan<int> image, ReadOnlySpan<int> kernel, ReadOnlySpan<int> strides, ReadOnlySpan<int> dilations,
    ReadOnlySpan<int> before, ReadOnlySpan<int> after, ReadOnlySpan<int> result)
{
    /// <summary>Sizes of the image.</summary>
    public ReadOnlySpan<int> Image { get; } = image;

    /// <summary>Sizes of a window, in taps.</summary>
    public ReadOnlySpan<int> Kernel { get; } = kernel;

    /// <summary>Positions from one window to the next.</summary>
    public ReadOnlySpan<int> Strides { get; } = strides;

    /// <summary>Positions from one tap of a window to the next.</summary>
    public ReadOnlySpan<int> Dilations { get; } = dilations;

    /// <summary>Padding in front of the image.</summary>
    public ReadOnlySpan<int> Before { get; } = before;

    /// <summary>Padding behind the image, as given; windows that are rounded up may reach further.</summary>
    public ReadOnlySpan<int> After { get; } = after;

    /// <summary>How many windows there are.</summary>
    public ReadOnlySpan<int> Result { get; } = result;

    /// <summary>Axes of the image.</summary>
    public int Axes => Image.Length;

    /// <summary>Elements of the image.</summary>
    public int ImageLength => Product(Image);

    /// <summary>Windows.</summary>
    public int ResultLength => Product(Result);

    /// <summary>Taps of a window.</summary>
    public int KernelLength => Product(Kernel);

    /// <summary>Where on the image a tap of a window falls.</summary>
    /// <param name="window">The window's position.</param>
    /// <param name="tap">The tap's position in the window.</param>
    /// <param name="isPadded">Whether it falls into the image or its padding, rather than beyond.</param>
    /// <returns>The place in the image row by row, or −1 outside.</returns>
    public int Place(ReadOnlySpan<int> window, ReadOnlySpan<int> tap, out bool isPadded)
    {
        int place = 0;
        isPadded = true;
        for (int axis = 0; axis < Image.Length; axis++)
        {
            int at = (window[axis] * Strides[axis]) + (tap[axis] * Dilations[axis]) - Before[axis];
            if (at >= Image[axis] + After[axis]) isPadded = false;
            place = place < 0 || at < 0 || at >= Image[axis] ? -1 : (place * Image[axis]) + at;
        }

        return place;
    }

    static int Product(ReadOnlySpan<int> sizes)
    {
        int product = 1;
        foreach (int size in sizes) product = checked(product * size);
        return product;
    }
}
