using System.Buffers.Binary;
using System.IO.Compression;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Accuracy.Mnist;

/// <summary>The handwritten digits of MNIST: images of 28 × 28 from 0 to 1, and their classes.</summary>
sealed record Digits(float[] Images, int[] Classes)
{
    const int Pixels = 28 * 28, ImagesMagic = 2051, ClassesMagic = 2049;

    public int Count => Classes.Length;

    /// <summary>Reads a pair of the gzipped IDX files.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <param name="part"><c>train</c> or <c>t10k</c>.</param>
    public static Digits Read(string folder, string part)
    {
        byte[] images = Unpack(Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), ImagesMagic, 16), classes = Unpack(Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"), ClassesMagic, 8);
        if (images.Length != classes.Length * Pixels) throw new InputException($"{images.Length} pixels for {classes.Length} digits", $"{Pixels} each", where: folder);
        return new([.. images.Select(pixel => pixel / 255f)], [.. classes.Select(c => (int)c)]);
    }

    /// <summary>Some of the digits as a batch [count, 1, 28, 28].</summary>
    public void Take(ReadOnlySpan<int> which, Tensor images, Span<int> classes)
    {
        for (int i = 0; i < which.Length; i++)
        {
            Images.AsSpan(which[i] * Pixels, Pixels).CopyTo(images.Values.Slice(i * Pixels, Pixels));
            classes[i] = Classes[which[i]];
        }
    }

    static byte[] Unpack(string path, int magic, int header)
    {
        if (!File.Exists(path)) throw new InputException($"no file '{path}'", "the four files of MNIST", "Give the folder above with --shared.");
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        byte[] all = bytes.ToArray();
        if (BinaryPrimitives.ReadInt32BigEndian(all) != magic) throw new InputException($"a file that begins with {BinaryPrimitives.ReadInt32BigEndian(all)}", $"{magic}, as IDX has it", where: path);
        return all[header..];
    }
}
