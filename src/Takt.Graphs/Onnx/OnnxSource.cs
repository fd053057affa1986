using Takt.Data.Files;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Onnx;

/// <summary>A model as it came: the bytes of its file and of the files of tensors beside it, so that it can go as it came.</summary>
/// <param name="Bytes">The <c>.onnx</c> file.</param>
/// <param name="Beside">Files of tensors by the name that the model gives them; usually none.</param>
public sealed record OnnxSource(byte[] Bytes, IReadOnlyDictionary<string, byte[]> Beside)
{
    /// <summary>Reads a file and what lies beside it.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <param name="limits">How much memory tensors may take; default <see cref="ModelLimits.Default"/>.</param>
    /// <exception cref="InputException">A file is absent, outside the model's folder or no ONNX model.</exception>
    public static OnnxSource Read(string path, ModelLimits? limits = null)
    {
        byte[] bytes = ModelFile.ReadBytes(path);
        var locations = ExternalData.Locations(ModelFile.Parse(bytes, path));
        var files = new FolderFiles(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var beside = new Dictionary<string, byte[]>();
        long left = (limits ?? ModelLimits.Default).ConstantBytes;
        foreach (string location in locations)
        {
            if (files.LengthOf(location, path) is not { } length) continue;   // told with the tensor that needs it
            if (length > Array.MaxLength || (left -= length) < 0)
                throw new InputException($"'{location}' of {length:N0} bytes", $"at most {Array.MaxLength:N0} a file and {(limits ?? ModelLimits.Default).ConstantBytes:N0} in all", "Save the model with its tensors in several files.", path);
            beside[location] = length == 0 ? [] : files.Read(location, 0, (int)length).ToArray();
        }

        return new OnnxSource(bytes, beside);
    }

    /// <summary>Writes the file as it came, and beside it the files of its tensors under the names that the model gives them.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <exception cref="InputException">The model names a place outside the folder.</exception>
    public void Write(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var files = new FolderFiles(folder);
        foreach (var (location, bytes) in Beside)
        {
            files.LengthOf(location, path);   // refuses places outside
            string place = Path.Combine(folder, location);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            AtomicFile.Write(place, file => file.Write(bytes));
        }

        AtomicFile.Write(path, file => file.Write(Bytes));
    }

    /// <summary>The model, with the tensors beside it brought in.</summary>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InputException">The bytes are no ONNX model, or tensors are absent or cut short.</exception>
    public ModelProto Parse(string name)
    {
        var model = ModelFile.Parse(Bytes, name);
        ExternalData.Load(model, new MemoryFiles(Beside), ModelLimits.Default);
        return model;
    }
}
