using System.Text.Json;
using System.Text.Json.Serialization;

namespace Takt.Protocols.Deployments;

/// <summary>How a <see cref="DeploymentSpec"/> is read and written: camelCase, what is not said has its default, what is not known is an error.</summary>
public static class DeploymentJson
{
    /// <summary>By reflection, because generated readers forget the defaults of properties that are set once.</summary>
    static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads a spec.</summary>
    /// <returns>Null for the JSON null.</returns>
    /// <exception cref="JsonException">It is no JSON, or says what no spec says.</exception>
    public static DeploymentSpec? Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<DeploymentSpec>(json, Options);

    /// <summary>Writes a spec.</summary>
    public static string Write(DeploymentSpec spec) => JsonSerializer.Serialize(spec, Options);
}
