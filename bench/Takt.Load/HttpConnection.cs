using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Takt.Load;

/// <summary>
/// One HTTP/1.1 connection that sends the same request again and again. It reads status and length and nothing else, so that the generator takes little of the machine
/// that it shares with the server.
/// </summary>
sealed class HttpConnection(Uri url, byte[] request) : IConnection
{
    readonly byte[] _buffer = new byte[64 * 1024];
    Socket? _socket;

    /// <summary>The bytes of a request.</summary>
    public static byte[] Request(Uri url, string path, byte[]? body, string type, IEnumerable<string> headers)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"{(body is null ? "GET" : "POST")} {path} HTTP/1.1\r\nHost: {url.Authority}\r\n");
        foreach (string header in headers) head.Append(header).Append("\r\n");
        if (body is not null) head.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n");
        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body ?? []];
    }

    public async ValueTask<int> AskAsync(CancellationToken stop)
    {
        try
        {
            if (_socket is null)
            {
                _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await _socket.ConnectAsync(url.Host, url.Port, stop);
            }

            for (int sent = 0; sent < request.Length;) sent += await _socket.SendAsync(request.AsMemory(sent), stop);
            return await ReadAsync(stop);
        }
        catch (SocketException)
        {
            Dispose();
            return 0;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    async ValueTask<int> ReadAsync(CancellationToken stop)
    {
        int read = 0, head;
        while ((head = _buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8)) < 0)
        {
            int more = await _socket!.ReceiveAsync(_buffer.AsMemory(read), stop);
            if (more == 0) return Broken();
            read += more;
        }

        int status = int.Parse(_buffer.AsSpan(9, 3), CultureInfo.InvariantCulture);
        long? length = LengthOf(_buffer.AsSpan(0, head + 2));
        if (length is { } bytes)
        {
            for (long left = bytes - (read - head - 4); left > 0;)
            {
                int more = await _socket!.ReceiveAsync(_buffer.AsMemory(0, (int)Math.Min(left, _buffer.Length)), stop);
                if (more == 0) return Broken();
                left -= more;
            }

            return status;
        }

        // Chunked: the last chunk is empty.
        while (!_buffer.AsSpan(0, read).EndsWith("0\r\n\r\n"u8))
        {
            if (read > _buffer.Length / 2)
            {
                _buffer.AsSpan(read - 8, 8).CopyTo(_buffer);
                read = 8;
            }

            int more = await _socket!.ReceiveAsync(_buffer.AsMemory(read), stop);
            if (more == 0) return Broken();
            read += more;
        }

        return status;
    }

    int Broken()
    {
        Dispose();
        return 0;
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
