using System.Text;

namespace Takt.EndToEnd.Malformed;

/// <summary>Header blocks of HTTP/2 (RFC 7541) as far as a client needs them that allows no dynamic table: literals out, literals and the static table in.</summary>
static class Hpack
{
    static readonly string[] s_names =
    [
        "", ":authority", ":method", ":method", ":path", ":path", ":scheme", ":scheme", ":status", ":status", ":status", ":status", ":status", ":status", ":status", "accept-charset", "accept-encoding",
        "accept-language", "accept-ranges", "accept", "access-control-allow-origin", "age", "allow", "authorization", "cache-control", "content-disposition", "content-encoding", "content-language",
        "content-length", "content-location", "content-range", "content-type", "cookie", "date", "etag", "expect", "expires", "from", "host", "if-match", "if-modified-since", "if-none-match", "if-range",
        "if-unmodified-since", "last-modified", "link", "location", "max-forwards", "proxy-authenticate", "proxy-authorization", "range", "referer", "refresh", "retry-after", "server", "set-cookie",
        "strict-transport-security", "transfer-encoding", "user-agent", "vary", "via", "www-authenticate",
    ];

    static readonly string[] s_statuses = ["200", "204", "206", "304", "400", "404", "500"];

    public static byte[] Encode(IEnumerable<(string Name, string Value)> headers)
    {
        var block = new List<byte>();
        foreach (var (name, value) in headers)
        {
            block.Add(0);   // a literal that is not indexed, its name too
            Text(name);
            Text(value);
        }

        return [.. block];

        void Text(string text)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(text);
            if (bytes.Length < 127) block.Add((byte)bytes.Length);
            else
            {
                block.Add(127);
                int rest = bytes.Length - 127;
                for (; rest >= 128; rest >>= 7) block.Add((byte)((rest & 127) | 128));
                block.Add((byte)rest);
            }

            block.AddRange(bytes);
        }
    }

    public static void Decode(ReadOnlySpan<byte> block, Dictionary<string, string> headers)
    {
        while (block.Length > 0)
        {
            byte first = block[0];
            if (first >= 128)
            {
                int index = Number(ref block, 7);
                headers[s_names[index]] = index is >= 8 and <= 14 ? s_statuses[index - 8] : "";
            }
            else if ((first & 0xE0) == 0x20)
            {
                Number(ref block, 5);   // the size of the table, which we keep at none
            }
            else
            {
                int index = Number(ref block, first >= 64 ? 6 : 4);
                string name = index > 0 ? s_names[index] : Text(ref block);
                headers[name] = Text(ref block);
            }
        }
    }

    static int Number(ref ReadOnlySpan<byte> block, int bits)
    {
        int most = (1 << bits) - 1, number = block[0] & most, shift = 0;
        block = block[1..];
        if (number < most) return number;
        while (true)
        {
            byte next = block[0];
            block = block[1..];
            number += (next & 127) << shift;
            if (next < 128) return number;
            shift += 7;
        }
    }

    static string Text(ref ReadOnlySpan<byte> block)
    {
        if (block[0] >= 128) throw new NotSupportedException("a Huffman code, which this server does not write");
        int length = Number(ref block, 7);
        string text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }
}
