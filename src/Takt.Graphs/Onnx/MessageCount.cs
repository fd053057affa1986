namespace Takt.Graphs.Onnx;

/// <summary>
/// Counts the fields of a model file before protobuf makes objects of them: a node without content is two bytes in the file and hundreds in memory. Tensors' numbers are
/// passed over, so that this reads little of an honest file.
/// </summary>
static class MessageCount
{
    /// <summary>What a field may become: an object with its lists, or a text.</summary>
    public const int BytesOfField = 200;

    /// <summary>As deep as protobuf itself reads.</summary>
    const int Deepest = 100;

    enum Kind { Model, Graph, Function, Node, Attribute, Leaf }

    /// <summary>Fields of the whole file; of one that is damaged, those before the damage.</summary>
    public static long Of(ReadOnlySpan<byte> file) => Count(file, Kind.Model, depth: 0);

    static long Count(ReadOnlySpan<byte> message, Kind kind, int depth)
    {
        long count = 0;
        while (!message.IsEmpty && depth < Deepest)
        {
            if (!TryVarint(ref message, out ulong tag)) return count;
            count++;
            ulong length;
            switch (tag & 7)
            {
                case 0: if (!TryVarint(ref message, out _)) return count; continue;
                case 1: length = 8; break;
                case 5: length = 4; break;
                case 2 when TryVarint(ref message, out length): break;
                default: return count;
            }

            if (length > (ulong)message.Length) return count;
            if ((tag & 7) == 2 && Inner(kind, (int)Math.Min(tag >> 3, int.MaxValue)) is { } inner) count += Count(message[..(int)length], inner, depth + 1);
            message = message[(int)length..];
        }

        return count;
    }

    /// <summary>The kind of message in a field, where it is one that can be there by the million.</summary>
    static Kind? Inner(Kind kind, int field) => (kind, field) switch
    {
        (Kind.Model, 7) => Kind.Graph,
        (Kind.Model, 25) => Kind.Function,
        (Kind.Graph, 1) or (Kind.Function, 7) => Kind.Node,
        (Kind.Graph, 5 or 11 or 12 or 13) => Kind.Leaf,
        (Kind.Node, 5) or (Kind.Function, 11) => Kind.Attribute,
        (Kind.Attribute, 6 or 11) => Kind.Graph,
        (Kind.Attribute, 5 or 10) => Kind.Leaf,
        _ => null,
    };

    static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80) continue;
            bytes = bytes[(i + 1)..];
            return true;
        }

        return false;
    }
}
