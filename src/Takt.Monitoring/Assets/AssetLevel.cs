using System.Text.Json.Serialization;

namespace Takt.Monitoring.Assets;

/// <summary>The levels of the plant model, top-down (ISA-95 equipment hierarchy; its work centre is our line, its work unit our cell).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AssetLevel>))]
public enum AssetLevel
{
    /// <summary>The company.</summary>
    [JsonStringEnumMemberName("enterprise")] Enterprise,

    /// <summary>One place: a plant.</summary>
    [JsonStringEnumMemberName("site")] Site,

    /// <summary>A hall or department.</summary>
    [JsonStringEnumMemberName("area")] Area,

    /// <summary>A production line.</summary>
    [JsonStringEnumMemberName("line")] Line,

    /// <summary>A station of a line.</summary>
    [JsonStringEnumMemberName("cell")] Cell,

    /// <summary>A device of a station.</summary>
    [JsonStringEnumMemberName("device")] Device,
}
