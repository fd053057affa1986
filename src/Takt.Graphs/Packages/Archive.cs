using System.IO.Compression;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Packages;

/// <summary>The zip around a package's parts.</summary>
static class Archive
{
    /// <summary>No text part of an honest package comes near this; a zip bomb does.</summary>
    const long LargestTextPart = 64 << 20;

    /// <summary>Weights do not shrink when packed, so a model may be as large as protobuf and an array allow.</summary>
    const long LargestModel = int.MaxValue;

    /// <summary>Files of tensors that a model keeps beside it; the rest is the name that the model gives them.</summary>
    public const string Beside = "beside/";

    /// <summary>The first moment that zip can express: a file's time would make two equal packages differ.</summary>
    static readonly DateTimeOffset s_noTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>rw-r--r--, the same whatever system wrote the file.</summary>
    const int Permissions = 0x81A4 << 16;

    public static void Write(Stream file, IReadOnlyList<(string Name, byte[] Bytes)> parts)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, bytes) in parts)
        {
            var entry = zip.CreateEntry(name, HoldsWeights(name) ? CompressionLevel.NoCompression : CompressionLevel.Optimal);
            (entry.LastWriteTime, entry.ExternalAttributes) = (s_noTime, Permissions);
            using var stream = entry.Open();
            stream.Write(bytes);
        }
    }

    /// <summary>Unpacks into memory; nothing but the known names is touched.</summary>
    public static Dictionary<string, byte[]> Read(Stream file, string where, IReadOnlyCollection<string> known)
    {
        var problems = new List<Problem>();
        var parts = new Dictionary<string, byte[]>();
        try
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            foreach (var entry in zip.Entries)
            {
                long limit = HoldsWeights(entry.FullName) ? LargestModel : LargestTextPart;
                if (!known.Contains(entry.FullName) && !entry.FullName.StartsWith(Beside, StringComparison.Ordinal)) problems.Add(new($"a part '{Shorten(entry.FullName)}'", $"only {string.Join(", ", known)}", "Packages hold nothing else: export the package again.", where));
                else if (parts.ContainsKey(entry.FullName)) problems.Add(new($"two parts '{entry.FullName}'", "each part once", "Export the package again.", where));
                else if (entry.Length > limit) problems.Add(new($"{entry.FullName} of {entry.Length:N0} bytes", $"at most {limit:N0}", Where: where));
                else if (Unpack(entry, limit) is { } bytes) parts[entry.FullName] = bytes;
                else problems.Add(new($"{entry.FullName} of other than the {entry.Length:N0} bytes it states", "the stated size", "The file is damaged: copy it again.", where));
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or NotSupportedException or EndOfStreamException)
        {
            throw new InputException($"bytes that are no zip archive ({broken.Message})", "a .takt package", "The file may be damaged or cut short: copy it again.", where);
        }

        return problems.Count > 0 ? throw new InputException(problems) : parts;
    }

    /// <summary>The entry's bytes, or null if they are more or fewer than it states.</summary>
    static byte[]? Unpack(ZipArchiveEntry entry, long limit)
    {
        using var stream = entry.Open();
        var memory = new MemoryStream((int)Math.Min(entry.Length, 1 << 20));
        byte[] buffer = new byte[81920];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (memory.Length + read > Math.Min(entry.Length, limit)) return null;
            memory.Write(buffer, 0, read);
        }

        return memory.Length == entry.Length ? memory.ToArray() : null;
    }

    static bool HoldsWeights(string name) => name == "model.onnx" || name.StartsWith(Beside, StringComparison.Ordinal);

    static string Shorten(string name) => name.Length <= 80 ? name : $"{name[..80]}…";
}
