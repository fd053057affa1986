using Google.Protobuf;
using Takt.Data.Files;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Onnx;

/// <summary>Reads and writes ONNX files.</summary>
public static class ModelFile
{
    /// <summary>Bytes of tensors that a model file can hold itself: protobuf ends at 2 GB, and the graph needs some of it.</summary>
    const long LargestInside = int.MaxValue - (64 << 20);

    /// <summary>Reads a model file and the files of tensors beside it, if it has any.</summary>
    /// <param name="path">The <c>.onnx</c> file. Tensors in other files are looked for in its folder and nowhere else.</param>
    /// <param name="limits">How much memory tensors may take; default <see cref="ModelLimits.Default"/>.</param>
    /// <exception cref="InputException">There is no such file, it is not an ONNX model, or a file of tensors is absent, outside the folder or cut short.</exception>
    public static ModelProto Read(string path, ModelLimits? limits = null)
    {
        var model = Parse(ReadBytes(path), path, limits);
        ExternalData.Load(model, new FolderFiles(Path.GetDirectoryName(Path.GetFullPath(path))!), limits ?? ModelLimits.Default);
        return model;
    }

    /// <summary>Reads a model from memory. Tensors that it keeps in other files stay there: such a model cannot be compiled.</summary>
    /// <param name="bytes">A whole file.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="limits">How much memory the graph may take; default <see cref="ModelLimits.Default"/>.</param>
    /// <exception cref="InputException">The bytes are not an ONNX model.</exception>
    public static ModelProto Parse(ReadOnlySpan<byte> bytes, string name, ModelLimits? limits = null)
    {
        long most = (limits ?? ModelLimits.Default).ConstantBytes / MessageCount.BytesOfField;
        if (MessageCount.Of(bytes) is var count && count > most) throw new InputException($"a graph of {count:N0} nodes, names and attributes", $"at most {most:N0}", "The file is damaged, or the machine too small for it.", name);
        try
        {
            var model = ModelProto.Parser.ParseFrom(bytes);
            if (model.Graph is null || model.OpsetImport.Count == 0)
                throw new InputException("a file without graph and operator set", "an ONNX model", "Give the .onnx file itself, not an archive or a folder.", name);
            return model;
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw new InputException($"bytes that are no ONNX model ({broken.Message})", "an ONNX model", "The file may be damaged or cut short: export or copy it again.", name);
        }
    }

    /// <summary>Writes a model file, replacing what is there; all of it or, if anything fails, nothing.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <param name="weightsBeside">Whether weights go to <c>path.data</c> beside it. Models beyond 2 GB are always written so, because protobuf cannot hold them.</param>
    public static void Write(ModelProto model, string path, bool weightsBeside = false)
    {
        if (weightsBeside || ModelWalk.Tensors(model).Sum(t => (long)t.Tensor.RawData.Length) > LargestInside) ExternalWriter.Write(model, path);
        else AtomicFile.Write(path, model.WriteTo);
    }

    /// <summary>The model as a file holds it; the same model gives the same bytes.</summary>
    public static byte[] ToBytes(ModelProto model) => model.ToByteArray();

    internal static byte[] ReadBytes(string path)
    {
        if (!File.Exists(path)) throw new InputException($"no file '{path}'", "an ONNX model");
        long length = new FileInfo(path).Length;
        return length <= Array.MaxLength
            ? File.ReadAllBytes(path)
            : throw new InputException($"a file of {length:N0} bytes", "at most 2 GB, which is where protobuf ends", "Save the model with its tensors in files beside it (external data).", path);
    }
}
