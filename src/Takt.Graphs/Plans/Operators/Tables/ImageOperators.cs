namespace Takt.Graphs.Plans.Operators;

/// <summary>Planes: resizing, sampling, boxes.</summary>
static class ImageOperators
{
    public static OperatorGroup All { get; } = new()
    {
        // another size
        ["Resize"] = (1, node => new Resize(node)),
        ["Upsample"] = (1, node => new Resize(node)),
        ["CenterCropPad"] = (2, node => new CenterCropPad(node)),
        ["Col2Im"] = (3, node => new Col2Im(node)),

        // other places
        ["GridSample"] = (2, node => new GridSample(node)),
        ["AffineGrid"] = (2, node => new AffineGrid(node)),

        // boxes
        ["RoiAlign"] = (3, node => new RoiAlign(node)),
        ["MaxRoiPool"] = (2, node => new MaxRoiPool(node)),
        ["NonMaxSuppression"] = (2, node => new NonMaxSuppression(node)),
    };
}
