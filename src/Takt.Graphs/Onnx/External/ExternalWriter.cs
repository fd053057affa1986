using System.Globalization;
using Takt.Data.Files;

namespace Takt.Graphs.Onnx;

/// <summary>Writes a model whose weights stand in a file beside it: protobuf holds no more than 2 GB.</summary>
static class ExternalWriter
{
    /// <summary>Smaller tensors stay in the model: shapes and scales are read with it.</summary>
    const int SmallestOutside = 1024;

    /// <summary>A page of memory, so that a runtime can map each tensor.</summary>
    const int Alignment = 4096;

    /// <summary>Writes <c>NAME.onnx</c> and <c>NAME.onnx.data</c>; the weights first, so that a model is never there without them.</summary>
    public static void Write(ModelProto model, string path)
    {
        string location = Path.GetFileName(path) + ".data";
        var slim = model.Clone();   // shares the bytes
        AtomicFile.Write(path + ".data", file =>
        {
            foreach (var (tensor, _) in ModelWalk.Tensors(slim))
            {
                if (!tensor.HasRawData || tensor.RawData.Length < SmallestOutside) continue;
                while (file.Position % Alignment != 0) file.WriteByte(0);
                (string Key, string Value)[] place = [("location", location), ("offset", Text(file.Position)), ("length", Text(tensor.RawData.Length))];
                tensor.RawData.WriteTo(file);
                tensor.ClearRawData();
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
                foreach (var (key, value) in place) tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
            }
        });
        AtomicFile.Write(path, file => Google.Protobuf.MessageExtensions.WriteTo(slim, file));
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
