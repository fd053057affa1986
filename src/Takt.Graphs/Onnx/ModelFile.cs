using Google.Protobuf;
using Takt.Data.Files;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Onnx;

/// <summary>Reads and writes ONNX files.</summary>
public static class ModelFile
{
    /// <summary>Reads a model file.</summary>
    /// <exception cref="InputException">There is no such file, or it is not an ONNX model.</exception>
    public static ModelProto Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"no file '{path}'", "an ONNX model");
        return Parse(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a model from memory.</summary>
    /// <param name="bytes">A whole file.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InputException">The bytes are not an ONNX model.</exception>
    public static ModelProto Parse(ReadOnlySpan<byte> bytes, string name)
    {
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
    public static void Write(ModelProto model, string path) => AtomicFile.Write(path, model.WriteTo);

    /// <summary>The model as a file holds it; the same model gives the same bytes.</summary>
    public static byte[] ToBytes(ModelProto model) => model.ToByteArray();
}
