namespace Takt.Tensors.Kernels;

/// <summary>The squares of pixels of one channel for Winograd's way, some rows of them: a plane for each place in a square, and in it square after square. So neighbouring squares are read as vectors, on from row to row.</summary>
readonly unsafe struct Squares<TWay> where TWay : struct, IWinograd
{
    /// <summary>Squares that are dealt at once.</summary>
    const int Together = 4;

    readonly ConvolutionSizes _sizes;
    readonly int _along, _upper, _lower;
    readonly float* _planes, _line, _zeros;

    /// <summary>Prepares room for some rows.</summary>
    /// <param name="sizes">Sizes of the convolution.</param>
    /// <param name="upper">The first row of squares.</param>
    /// <param name="lower">Behind the last.</param>
    /// <param name="plane">Floats from plane to plane: the squares, those that a vector reads beyond, and <see cref="Together"/>.</param>
    /// <param name="room"><see cref="Room"/> floats.</param>
    public Squares(in ConvolutionSizes sizes, int upper, int lower, int plane, float* room)
    {
        (_sizes, _along, _upper, _lower, Plane) = (sizes, Along(sizes), upper, lower, plane);
        int all = WinogradFilters<TWay>.Points * plane, line = LineLength(_along);
        new Span<float>(room, all + (2 * line)).Clear();
        _planes = room;
        _line = room + all;
        _zeros = _line + line;
    }

    /// <summary>From plane to plane.</summary>
    public int Plane { get; }

    /// <summary>Squares beside each other.</summary>
    public static int Along(in ConvolutionSizes sizes) => (sizes.Result.Width + TWay.Outputs - 1) / TWay.Outputs;

    /// <summary>Squares below each other.</summary>
    public static int Down(in ConvolutionSizes sizes) => (sizes.Result.Height + TWay.Outputs - 1) / TWay.Outputs;

    /// <summary>How long planes are for rows that hold so many squares that count, and what is read beyond them.</summary>
    public static int PlaneLength(in ConvolutionSizes sizes, int squares) => squares + (2 * Along(sizes)) + Together;

    /// <summary>Working memory for planes of so many floats.</summary>
    public static int Room(in ConvolutionSizes sizes, int plane) => checked((WinogradFilters<TWay>.Points * plane) + (2 * LineLength(Along(sizes))));

    /// <summary>The first place of a square.</summary>
    /// <param name="square">Which of the image.</param>
    public float* At(int square) => _planes + (square - (_upper * _along));

    /// <summary>Deals the pixels of a channel out to the planes.</summary>
    public void Deal(float* channel)
    {
        int m = TWay.Outputs, side = WinogradFilters<TWay>.Side, height = _sizes.Image.Height, width = _sizes.Image.Width, before = _sizes.Before.Width;
        int from = Math.Max(0, -before), to = Math.Min(width, (m * _along) + 2 - before);
        for (int row = _upper * m; row < (_lower * m) + 2; row++)
        {
            int imageRow = row - _sizes.Before.Height, square = row / m, place = row % m;
            bool isInside = imageRow >= 0 && imageRow < height && from < to;
            if (isInside) new ReadOnlySpan<float>(channel + ((nint)imageRow * width) + from, to - from).CopyTo(new Span<float>(_line + before + from, to - from));
            float* line = isInside ? _line : _zeros;
            if (square < _lower) DealRow(line, _planes + ((nint)place * side * Plane) + ((square - _upper) * _along));
            if (place < 2 && square > _upper) DealRow(line, _planes + ((nint)(place + m) * side * Plane) + ((square - 1 - _upper) * _along));   // squares overlap by two
        }
    }

    /// <summary>One row of pixels. What is written beyond the last square is overwritten by the next row, or read by nobody.</summary>
    void DealRow(float* line, float* planes)
    {
        for (int square = 0; square < _along; square += Together) TWay.DealFour(line + (square * TWay.Outputs), planes + square, Plane);
    }

    static int LineLength(int along) => ((along + Together - 1) / Together * Together * TWay.Outputs) + Together;
}
