using System.Globalization;
using System.Text;

namespace Takt.Load;

/// <summary>One HTTP/1.1 connection, one request at a time. It reads status and length and nothing else.</summary>
/// <param name="url">The server; without TLS.</param>
/// <param name="request">The bytes of the request.</param>
sealed class HttpConnection(Uri url, byte[] request) : Connection(url)
{
    double? _due;
    long _left; // bytes of the answer's body that are still to come
    bool _chunked;
    int _status;

    /// <summary>The bytes of a request.</summary>
    public static byte[] Request(Uri url, string path, byte[]? body, string type, IEnumerable<string> headers)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"{(body is null ? "GET" : "POST")} {path} HTTP/1.1\r\nHost: {url.Authority}\r\n");
        foreach (string header in headers) head.Append(header).Append("\r\n");
        if (body is not null) head.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n");
        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body ?? []];
    }

    /// <inheritdoc/>
    protected override void Begin(double due) => _due = due;

    /// <inheritdoc/>
    protected override void WriteRequests() => Write(request);

    /// <inheritdoc/>
    protected override IReadOnlyList<double> Reset()
    {
        IReadOnlyList<double> lost = _due is { } due ? [due] : [];
        (_due, _left, _chunked, _status) = (null, 0, false, 0);
        return lost;
    }

    /// <inheritdoc/>
    protected override int Read(ReadOnlySpan<byte> bytes)
    {
        int used = 0;
        if (_status == 0)
        {
            int head = bytes.IndexOf("\r\n\r\n"u8);
            if (head < 0) return 0;
            _status = int.Parse(bytes.Slice(9, 3), CultureInfo.InvariantCulture);
            long? length = LengthOf(bytes[..(head + 2)]);
            (_left, _chunked) = (length ?? 0, length is null);
            used = head + 4;
        }

        var body = bytes[used..];
        if (_chunked)
        {
            // The last chunk is empty. What is before the last bytes need not be seen again.
            if (!body.EndsWith("0\r\n\r\n"u8)) return used + Math.Max(0, body.Length - 8);
            used += body.Length;
        }
        else
        {
            int more = (int)Math.Min(_left, body.Length);
            (_left, used) = (_left - more, used + more);
            if (_left > 0) return used;
        }

        var (due, status) = (_due!.Value, _status);
        (_due, _chunked, _status) = (null, false, 0);
        End(due, status);
        return used;
    }

    static long? LengthOf(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        for (int end; (end = head.IndexOf("\r\n"u8)) >= 0; head = head[(end + 2)..])
        {
            var line = head[..end];
            if (line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name)) return long.Parse(line[name.Length..], CultureInfo.InvariantCulture);
        }

        return null;
    }
}
