using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Takt.Web.Access;

namespace Takt.Web.Files;

/// <summary>
/// Styles, scripts and browser libraries. They are inside the assembly and served under an address that holds a hash of them all,
/// so browsers keep them for good and never mix two versions.
/// </summary>
static class BrowserFiles
{
    const string Prefix = "assets/";

    static readonly FrozenDictionary<string, Lazy<BrowserFile>> Files = typeof(BrowserFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Prefix.Length..].Replace('\\', '/'), name => new Lazy<BrowserFile>(() => BrowserFile.Load(name)));

    /// <summary>First eight digits of a hash over all files.</summary>
    static readonly string Version = Convert.ToHexStringLower(SHA256.HashData(
        [.. Files.OrderBy(file => file.Key, StringComparer.Ordinal).SelectMany(file => SHA256.HashData(file.Value.Value.Bytes))]))[..8];

    /// <summary>Address of a file, for example <c>css/takt.css</c>.</summary>
    public static string Address(string name) =>
        Files.ContainsKey(name) ? $"/assets/{Version}/{name}" : throw new ArgumentException($"there is no browser file '{name}'; there are: {string.Join(", ", Files.Keys)}");

    public static void MapBrowserFiles(this IEndpointRouteBuilder app) =>
        app.MapGet("/assets/{version}/{**name}", Get).ExcludeFromDescription().ForEveryone();

    static IResult Get(string version, string name, HttpContext context)
    {
        if (!Files.TryGetValue(name, out var found)) return Results.NotFound();
        var file = found.Value;
        // Only the address with today's hash may be kept for good; any other asks again.
        context.Response.Headers.CacheControl = version == Version ? "public, max-age=31536000, immutable" : "no-cache";
        context.Response.Headers.Vary = "Accept-Encoding";
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("gzip")) return Results.Bytes(file.Bytes, file.Type);
        context.Response.Headers.ContentEncoding = "gzip";
        return Results.Bytes(file.Compressed.Value, file.Type);
    }

    sealed record BrowserFile(byte[] Bytes, string Type, Lazy<byte[]> Compressed)
    {
        public static BrowserFile Load(string resource)
        {
            using var stream = typeof(BrowserFiles).Assembly.GetManifestResourceStream(resource)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return new BrowserFile(bytes, TypeOf(resource), new Lazy<byte[]>(() => Compress(bytes)));
        }

        static byte[] Compress(byte[] bytes)
        {
            using var compressed = new MemoryStream();
            using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal)) gzip.Write(bytes);
            return compressed.ToArray();
        }

        static string TypeOf(string name) => Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            var other => throw new InvalidOperationException($"no media type is known for browser files of type '{other}'"),
        };
    }
}
