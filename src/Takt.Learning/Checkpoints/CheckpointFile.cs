using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Takt.Data.Files;
using Takt.Protocols.Problems;

namespace Takt.Learning.Checkpoints;

/// <summary>
/// A checkpoint on disk: the eight letters <c>TAKTCKP1</c>, the length of the header (int32), the header as JSON (UTF-8), the arrays one behind the other
/// (float32, little-endian, in the order the header lists them), and the SHA-256 of all that. Written beside and renamed, so that a killed process leaves the
/// old file or the new one, whole.
/// </summary>
/// <param name="path">Where it lies.</param>
public sealed class CheckpointFile(string path)
{
    static readonly byte[] Magic = "TAKTCKP1"u8.ToArray();

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,   // a diverging monitor is still a monitor
    };

    /// <summary>Where it lies.</summary>
    public string Path => path;

    /// <summary>Writes the checkpoint in place of the last one.</summary>
    /// <exception cref="IOException">The disk is full or may not be written; the last checkpoint is still there.</exception>
    public void Write(Checkpoint checkpoint) => AtomicFile.Write(path, file => Write(checkpoint, file));

    /// <summary>Reads the checkpoint if there is one.</summary>
    /// <param name="identity">What the training is started with now.</param>
    /// <exception cref="InputException">The file is damaged, or belongs to another training.</exception>
    public Checkpoint? Read(TrainingIdentity identity)
    {
        if (!File.Exists(path)) return null;
        var checkpoint = Parse(File.ReadAllBytes(path));
        var problems = Differences(checkpoint.Identity, identity).ToList();
        return problems.Count == 0 ? checkpoint : throw new InputException(problems);
    }

    static void Write(Checkpoint checkpoint, Stream file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var arrays = checkpoint.Arrays.OrderBy(a => a.Key, StringComparer.Ordinal).ToList();
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(
            new Header(checkpoint with { Arrays = new Dictionary<string, float[]>() }, [.. arrays.Select(a => new ArrayEntry(a.Key, a.Value.Length))]), Json);
        Append(Magic);
        Append(BitConverter.GetBytes(header.Length));
        Append(header);
        foreach (var (_, values) in arrays) Append(MemoryMarshal.AsBytes<float>(values));
        file.Write(hash.GetHashAndReset());

        void Append(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            file.Write(bytes);
        }
    }

    Checkpoint Parse(byte[] bytes)
    {
        int start = Magic.Length + sizeof(int), end = bytes.Length - SHA256.HashSizeInBytes;
        if (end < start || !bytes.AsSpan().StartsWith(Magic)) throw Damaged("it does not begin like one");
        if (!SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end))) throw Damaged("its checksum does not fit its content");
        int length = BitConverter.ToInt32(bytes, Magic.Length);
        var header = JsonSerializer.Deserialize<Header>(bytes.AsSpan(start, length), Json)!;
        var arrays = new Dictionary<string, float[]>();
        start += length;
        foreach (var (name, count) in header.Arrays)
        {
            arrays.Add(name, MemoryMarshal.Cast<byte, float>(bytes.AsSpan(start, count * sizeof(float))).ToArray());
            start += count * sizeof(float);
        }

        return header.Checkpoint with { Arrays = arrays };
    }

    InputException Damaged(string why) =>
        new($"the checkpoint is damaged: {why}", "a whole checkpoint", "Delete it to train from the start", path);

    IEnumerable<Problem> Differences(TrainingIdentity then, TrainingIdentity now)
    {
        if (then.SpecHash != now.SpecHash)
            yield return new("the training was started with another spec", $"spec {Short(then.SpecHash)}, not {Short(now.SpecHash)}",
                "Put the spec back as it was, or train in a fresh folder", path);
        if (then.DataHash != now.DataHash)
            yield return new("the training was started with other data", $"data {Short(then.DataHash)}, not {Short(now.DataHash)}",
                "Put the data back as it was, or train in a fresh folder", path);
        if (then.BaseHash != now.BaseHash)
            yield return new("the training was started from another model", $"model {Short(then.BaseHash ?? "none")}, not {Short(now.BaseHash ?? "none")}",
                "Put the model back as it was, or train in a fresh folder", path);
        if (then.SpecHash == now.SpecHash && then.DataHash == now.DataHash && then.BaseHash == now.BaseHash && then != now)
            yield return new("the checkpoint is of another network", then.Parameters, "It was written by another version of Takt; train in a fresh folder", path);
    }

    static string Short(string hash) => hash[..Math.Min(12, hash.Length)];

    sealed record ArrayEntry(string Name, int Count);

    sealed record Header(Checkpoint Checkpoint, IReadOnlyList<ArrayEntry> Arrays);
}
