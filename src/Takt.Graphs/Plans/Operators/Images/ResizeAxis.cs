namespace Takt.Graphs.Plans.Operators;

/// <summary>One axis of a resized image: where each new position lies on the old axis.</summary>
/// <param name="Input">Size before.</param>
/// <param name="Output">Size after.</param>
/// <param name="Scale">How much larger; not quite Output / Input where that was rounded down.</param>
/// <param name="Start">Where the crop begins, as a part of the axis (tf_crop_and_resize).</param>
/// <param name="End">Where it ends.</param>
readonly record struct ResizeAxis(int Input, int Output, double Scale, double Start, double End)
{
    /// <summary>Whether every position stays where it is.</summary>
    public bool IsSame => Input == Output && Scale == 1 && Start == 0 && End == 1;

    /// <summary>The place on the old axis, in pixels; the formulas are those of the ONNX specification.</summary>
    public double Place(int position, CoordinateMode mode)
    {
        double size = Scale * Input;   // not rounded
        return mode switch
        {
            CoordinateMode.HalfPixelStart => (position + 0.5) / Scale,
            CoordinateMode.Asymmetric => position / Scale,
            CoordinateMode.AlignCorners => size == 1 ? 0 : position * (Input - 1) / (size - 1),
            CoordinateMode.PytorchHalfPixel when Output <= 1 => 0,
            CoordinateMode.HalfPixelSymmetric => (Input / 2.0 * (1 - (Output / size))) + ((position + 0.5) / Scale) - 0.5,
            CoordinateMode.CropAndResize => (Start * (Input - 1)) + (size == 1 ? (End - Start) * (Input - 1) / 2 : position * (End - Start) * (Input - 1) / (size - 1)),
            _ => ((position + 0.5) / Scale) - 0.5,
        };
    }
}

/// <summary>How positions of the new image are laid on the old one.</summary>
enum CoordinateMode
{
    HalfPixel,
    HalfPixelStart,
    HalfPixelSymmetric,
    PytorchHalfPixel,
    AlignCorners,
    Asymmetric,
    CropAndResize,
}
