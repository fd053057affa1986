using System.Text.Json.Serialization;

namespace Takt.Protocols.Models;

/// <summary>The messages about models and runs for System.Text.Json.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelsResponse))]
[JsonSerializable(typeof(ModelDetails))]
[JsonSerializable(typeof(AliasRequest))]
[JsonSerializable(typeof(AliasesResponse))]
[JsonSerializable(typeof(RunsResponse))]
[JsonSerializable(typeof(RunDetails))]
public sealed partial class ModelsJson : JsonSerializerContext;
