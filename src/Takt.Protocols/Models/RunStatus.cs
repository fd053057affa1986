using System.Text.Json.Serialization;

namespace Takt.Protocols.Models;

/// <summary>How far a run is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunStatus>))]
public enum RunStatus
{
    /// <summary>It is being trained, or its process was killed: begun again in the same folder it goes on from its last epoch.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>It yielded a package.</summary>
    [JsonStringEnumMemberName("finished")] Finished,

    /// <summary>It ended with an error.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>It was asked to stop.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}
