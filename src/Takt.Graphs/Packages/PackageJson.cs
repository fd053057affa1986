using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Packages;

/// <summary>JSON as packages hold it: camel case, indented, readable in an editor.</summary>
static class PackageJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",   // the same bytes on every system
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // these files are read by people and never put into a page unescaped
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <summary>Reads a part.</summary>
    /// <exception cref="InputException">The text is no JSON, or not what the part must hold.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8, string where)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(utf8, Options) ?? throw new InputException("null", $"a {typeof(T).Name}", where: where);
        }
        catch (JsonException broken)
        {
            throw new InputException($"JSON that cannot be read ({broken.Message})", $"a {typeof(T).Name}", "Train or export the model again.", where);
        }
    }
}
