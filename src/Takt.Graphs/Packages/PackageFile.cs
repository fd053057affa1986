using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Takt.Data.Files;
using Takt.Data.Schemas;
using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Packages;

/// <summary>Reads and writes <c>.takt</c> files. The same package gives the same bytes.</summary>
public static class PackageFile
{
    const string ManifestPart = "manifest.json";

    /// <summary>Every part but the manifest, in file order.</summary>
    static readonly string[] s_parts = ["card.md", "card.json", "schema.json", "target.json", "decision.json", "metrics.json", "pipeline.json", "golden.json", "model.onnx"];

    /// <summary>The same for a graph alone; files of tensors beside it follow.</summary>
    static readonly string[] s_partsOfGraph = ["card.md", "card.json", "metrics.json", "golden.json", "model.onnx"];

    const string SchemaPart = "schema.json";

    /// <summary>What must be there of a graph alone; one whose inputs have column names has a schema, too.</summary>
    static string[] PartsOfGraph(bool hasColumns) => hasColumns ? [.. s_partsOfGraph, SchemaPart] : s_partsOfGraph;

    /// <summary>Writes a package: all of it or, if anything fails, nothing.</summary>
    /// <param name="package">What to write.</param>
    /// <param name="path">The <c>.takt</c> file; replaced if it is there.</param>
    /// <returns>SHA-256 of the whole file, in lower-case hex.</returns>
    /// <exception cref="IOException">The disk is full or the folder cannot be written; nothing is left behind.</exception>
    public static string Write(Package package, string path)
    {
        AtomicFile.Write(path, file => Write(package, file));
        return HashOf(path);
    }

    /// <summary>The whole file in memory.</summary>
    public static byte[] ToBytes(Package package)
    {
        using var memory = new MemoryStream();
        Write(package, memory);
        return memory.ToArray();
    }

    static void Write(Package package, Stream file)
    {
        (string Name, byte[] Bytes)[] parts = [.. PartsOf(package)];
        int format = package.IsGraphAlone ? Manifest.GraphAlone : Manifest.WithPreparation;
        var manifest = new Manifest(format, package.Name, package.Task, package.Created, package.Takt, parts.ToDictionary(part => part.Name, part => Hash(part.Bytes)));
        Archive.Write(file, [(ManifestPart, PackageJson.Write(manifest)), .. parts]);
    }

    static IEnumerable<(string Name, byte[] Bytes)> PartsOf(Package package)
    {
        foreach (string part in package.IsGraphAlone ? PartsOfGraph(package.Schema is not null) : s_parts)
            yield return (part, part switch
            {
                "card.md" => Encoding.UTF8.GetBytes(package.Card.ToMarkdown()),
                "card.json" => PackageJson.Write(package.Card),
                SchemaPart => PackageJson.Write(package.Schema),
                "target.json" => PackageJson.Write(package.Target),
                "decision.json" => PackageJson.Write(package.Decision),
                "metrics.json" => PackageJson.Write(package.Metrics),
                "pipeline.json" => PackageJson.Write(package.Pipeline),
                "golden.json" => package.IsGraphAlone ? PackageJson.Write(package.Samples) : PackageJson.Write(package.Golden),
                _ => package.Source?.Bytes ?? ModelFile.ToBytes(package.Model),
            });
        foreach (var (location, bytes) in package.Source?.Beside ?? new Dictionary<string, byte[]>()) yield return (Archive.Beside + location, bytes);
    }

    /// <summary>Reads a package and checks it: every part there, every hash right.</summary>
    /// <exception cref="InputException">There is no such file, or it is damaged, tampered with or of another format; all of it is reported.</exception>
    public static Package Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"no file '{path}'", "a .takt package");
        using var file = File.OpenRead(path);
        return Read(file, path);
    }

    /// <inheritdoc cref="Read(string)"/>
    /// <param name="file">The file's bytes; must be able to seek.</param>
    /// <param name="name">What errors call it.</param>
    public static Package Read(Stream file, string name)
    {
        var parts = Archive.Read(file, name, known: [ManifestPart, .. s_parts]);
        if (!parts.TryGetValue(ManifestPart, out byte[]? manifestBytes))
            throw new InputException($"no {ManifestPart}", "a .takt package", "Give a file that 'takt train' or 'takt models export' made.", name);
        CheckFormat(manifestBytes, name);
        var manifest = PackageJson.Read<Manifest>(manifestBytes, $"{name}/{ManifestPart}");
        bool alone = manifest.Format == Manifest.GraphAlone;
        bool hasColumns = !alone || parts.ContainsKey(SchemaPart);
        CheckParts(manifest, alone ? PartsOfGraph(hasColumns) : s_parts, parts, name);
        var source = new OnnxSource(parts["model.onnx"], parts.Keys.Where(p => p.StartsWith(Archive.Beside, StringComparison.Ordinal)).ToDictionary(p => p[Archive.Beside.Length..], p => parts[p]));
        return new Package
        {
            Name = manifest.Name,
            Task = manifest.Task,
            Created = manifest.Created,
            Takt = manifest.Takt,
            Model = source.Parse($"{name}/model.onnx"),
            Source = alone ? source : null,
            Pipeline = alone ? null : Part<JsonNode>("pipeline.json"),
            Target = alone ? null : Part<JsonNode>("target.json"),
            Schema = hasColumns ? Part<Schema>(SchemaPart) : null,
            Decision = alone ? new() : Part<Decision>("decision.json"),
            Metrics = Part<JsonNode>("metrics.json"),
            Card = Part<ModelCard>("card.json"),
            Golden = alone ? null : Part<GoldenCases>("golden.json"),
            Samples = alone ? Part<TensorCases>("golden.json") : null,
        };

        T Part<T>(string part) => PackageJson.Read<T>(parts[part], $"{name}/{part}");
    }

    /// <summary>SHA-256 of a whole package file, in lower-case hex.</summary>
    public static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>The format comes first: the rest of another format's manifest may look different.</summary>
    static void CheckFormat(byte[] manifest, string name)
    {
        int? format = PackageJson.Read<JsonNode>(manifest, $"{name}/{ManifestPart}") is JsonObject fields && fields["format"] is JsonValue value && value.TryGetValue(out int number) ? number : null;
        if (format is not (Manifest.WithPreparation or Manifest.GraphAlone))
            throw new InputException(
                $"package format {(format is { } other ? $"{other}" : "unknown")}", $"{Manifest.WithPreparation} or {Manifest.GraphAlone}",
                format > Manifest.GraphAlone ? "Update Takt: the package was made by a newer one." : "Train or export the model again.", name);
    }

    static void CheckParts(Manifest manifest, string[] wanted, Dictionary<string, byte[]> parts, string name)
    {
        var problems = new List<Problem>();
        foreach (string part in wanted.Concat(parts.Keys.Where(p => p.StartsWith(Archive.Beside, StringComparison.Ordinal))))
            if (!parts.TryGetValue(part, out byte[]? bytes)) problems.Add(new($"no {part}", "every part of a package", "Copy or export the package again.", name));
            else if (!manifest.Parts.TryGetValue(part, out string? expected)) problems.Add(new($"no hash of {part} in the manifest", "one for every part", "Copy or export the package again.", name));
            else if (Hash(bytes) is var found && found != expected)
                problems.Add(new($"{part} with SHA-256 {found[..12]}…", $"{expected[..Math.Min(12, expected.Length)]}… as the manifest says", "The part was changed or damaged: copy or export the package again.", name));
        if (problems.Count > 0) throw new InputException(problems);
    }

    static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
