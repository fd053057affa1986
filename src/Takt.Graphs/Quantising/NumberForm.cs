namespace Takt.Graphs.Quantising;

/// <summary>What numbers of a graph become to take less room.</summary>
public enum NumberForm
{
    /// <summary>Whole numbers of 8 bits with a scale for each output of a layer: a quarter of the room.</summary>
    Int8,

    /// <summary>Half precision: half the room, 11 binary digits, up to 65,504.</summary>
    Float16,

    /// <summary>The upper half of single precision: half the room, 8 binary digits, any range.</summary>
    BFloat16,
}
