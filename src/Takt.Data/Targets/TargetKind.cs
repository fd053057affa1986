using System.Text.Json.Serialization;

namespace Takt.Data.Targets;

/// <summary>What kind of answer a model gives.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TargetKind>))]
public enum TargetKind
{
    /// <summary>One of two or more classes.</summary>
    [JsonStringEnumMemberName("classification")] Classification,

    /// <summary>A number.</summary>
    [JsonStringEnumMemberName("regression")] Regression,
}
