using System.Globalization;
using Google.Protobuf;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Onnx;

/// <summary>Tensors that a model keeps in files beside it: brought in when the model is read, put out again when a large one is written.</summary>
static class ExternalData
{
    /// <summary>Whether a tensor's numbers are in another file.</summary>
    public static bool IsExternal(TensorProto tensor) =>
        tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0;

    /// <summary>Names of the files that hold tensors of this model, as it writes them.</summary>
    public static IReadOnlyList<string> Locations(ModelProto model) =>
        [.. ModelWalk.Tensors(model).Where(t => IsExternal(t.Tensor)).Select(t => Text(t.Tensor, "location") ?? "").Distinct()];

    /// <summary>Brings every tensor in; afterwards the model stands for itself.</summary>
    /// <param name="model">Changed: its external tensors get their bytes.</param>
    /// <param name="files">Where the bytes are.</param>
    /// <param name="limits">How much memory the tensors may take together.</param>
    /// <exception cref="InputException">A file is absent, outside the model's folder or too short, or sizes do not fit; all of it is reported.</exception>
    public static void Load(ModelProto model, IExternalFiles files, ModelLimits limits)
    {
        var problems = new List<Problem>();
        var missing = new HashSet<string>();   // one absent file is one problem, however many tensors it holds
        Int128 total = 0;
        foreach (var (tensor, where) in ModelWalk.Tensors(model))
        {
            if (!IsExternal(tensor)) continue;
            try
            {
                if (PlaceOf(tensor, where) is not var (location, offset, length) || missing.Contains(location)) continue;
                if (files.LengthOf(location, where) is not { } available)
                {
                    missing.Add(location);
                    problems.Add(new($"no file '{location}', which holds tensors of this model", "the file beside the model", "Copy it into the model's folder under this name.", where));
                    continue;
                }

                if (offset > available || length > available - offset)
                    throw new InputException($"bytes {offset:N0} to {(Int128)offset + length:N0} of a file of {available:N0}", "bytes within the file", $"'{location}' is cut short: copy it again.", where);
                if ((total += length) > limits.ConstantBytes)
                    throw new InputException($"more than {limits.ConstantBytes:N0} bytes of tensors in other files", "at most so many", "Use a machine with more memory, or a smaller model.", where);
                SetBytes(tensor, length == 0 ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(files.Read(location, offset, (int)length)));
            }
            catch (InputException wrong)
            {
                problems.AddRange(wrong.Problems);
            }
        }

        if (problems.Count > 0) throw new InputException(problems);
    }

    /// <summary>Makes a tensor hold its bytes itself.</summary>
    static void SetBytes(TensorProto tensor, ByteString bytes)
    {
        tensor.RawData = bytes;
        tensor.ExternalData.Clear();
        tensor.ClearDataLocation();
    }

    static (string Location, long Offset, long Length)? PlaceOf(TensorProto tensor, string where)
    {
        if (Text(tensor, "location") is not { Length: > 0 } location) throw new InputException("a tensor in another file that is not named", "an entry 'location'", where: where);
        long offset = Number(tensor, "offset", where) ?? 0;
        if (TensorSizes.CountOf(tensor.Dims) is not { } count || TensorSizes.BytesOf(tensor.DataType, count) is not { } expected || expected > Array.MaxLength)
            throw new InputException($"a tensor of type {tensor.DataType} and sizes [{string.Join(", ", tensor.Dims)}] in another file", $"numbers, at most {Array.MaxLength:N0} bytes", where: where);
        long length = Number(tensor, "length", where) ?? (long)expected;
        if (length != expected) throw new InputException($"{length:N0} bytes in '{location}'", $"{expected:N0} for the sizes [{string.Join(", ", tensor.Dims)}]", "The file is damaged: export or copy it again.", where);
        return (location, offset, length);
    }

    static string? Text(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;

    static long? Number(TensorProto tensor, string key, string where) => Text(tensor, key) switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) => number,
        var text => throw new InputException($"{key} '{text}'", "a whole number from 0", where: where),
    };
}

/// <summary>The files beside a model.</summary>
interface IExternalFiles
{
    /// <summary>The file's length in bytes, or null if it is not there.</summary>
    /// <exception cref="InputException">The place is none that a model may name.</exception>
    long? LengthOf(string location, string where);

    /// <summary>Bytes of a file; they have been checked to lie within it.</summary>
    ReadOnlyMemory<byte> Read(string location, long offset, int length);
}
