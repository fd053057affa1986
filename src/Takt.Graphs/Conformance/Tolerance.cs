using System.Text.Json;

namespace Takt.Graphs.Conformance;

/// <summary>How far a value may be off: |found − expected| ≤ absolute · max(1, greatest |expected|) + relative · |expected|.</summary>
/// <param name="Absolute">Per unit of the tensor's greatest magnitude.</param>
/// <param name="Relative">Per unit of the value's own magnitude.</param>
sealed record Tolerance(double Absolute, double Relative)
{
    /// <summary>What a case says in <c>tolerance.json</c>, instead of what its element types allow.</summary>
    public static Tolerance? Of(string folder)
    {
        string file = Path.Combine(folder, "tolerance.json");
        if (!File.Exists(file)) return null;
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return new(json.RootElement.GetProperty("atol").GetDouble(), json.RootElement.GetProperty("rtol").GetDouble());
    }

    /// <summary>What an element type allows: rounding, and other orders of addition.</summary>
    public static Tolerance Of(ElementType type) => type switch
    {
        ElementType.Float16 => new(1e-3, 1e-2),
        ElementType.BFloat16 => new(1e-2, 2e-2),
        ElementType.Float64 => new(1e-7, 1e-3),
        _ => new(1e-5, 1e-3),
    };
}
