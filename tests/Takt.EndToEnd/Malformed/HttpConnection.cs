using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Takt.EndToEnd.Malformed;

/// <summary>An answer as it came.</summary>
sealed record WireAnswer(int Status, Dictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>HTTP/1.1 by hand, so that what no client would send can be sent.</summary>
sealed class HttpConnection : IDisposable
{
    readonly TcpClient _client;
    readonly NetworkStream _stream;
    readonly byte[] _buffer = new byte[64 << 10];
    int _start, _end;

    /// <summary>Connects.</summary>
    /// <param name="address">The server, on this machine.</param>
    /// <param name="from">Which of this machine's own addresses the server sees, where several lead to it: signing in counts tries by address.</param>
    public HttpConnection(Uri address, int from = 0)
    {
        var here = from == 0 || OperatingSystem.IsMacOS() ? IPAddress.Loopback : new IPAddress([127, 0, (byte)(1 + (from >> 7 & 127)), (byte)(1 + (from & 127))]);
        _client = new TcpClient(new IPEndPoint(here, 0)) { NoDelay = true };
        _client.Connect(IPAddress.Loopback, address.Port);
        _stream = _client.GetStream();
        _stream.ReadTimeout = _stream.WriteTimeout = 20_000;
    }

    /// <summary>Whether the server will take another request.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Sends bytes and reads the answer.</summary>
    /// <param name="bytes">The request.</param>
    /// <param name="last">Whether nothing comes after it, which a server that waits for more should know.</param>
    /// <param name="head">Whether the answer has no body whatever its headers say.</param>
    /// <returns>Null where the server closed the connection without an answer.</returns>
    /// <exception cref="IOException">Nothing came in time.</exception>
    public WireAnswer? Ask(byte[] bytes, bool last, bool head)
    {
        try
        {
            _stream.Write(bytes);
            if (last) _client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (IOException error) when (error.InnerException is SocketException { SocketErrorCode: not SocketError.TimedOut })
        {
            // Refused before all of it was read; the answer may be there all the same.
        }
        catch (SocketException)
        {
        }

        try
        {
            WireAnswer? answer;
            do answer = Read(head);
            while (answer is { Status: 100 });
            if (last || answer is null || answer.Header("Connection") == "close") IsOpen = false;
            return answer;
        }
        catch (IOException error) when (error.InnerException is SocketException { SocketErrorCode: not (SocketError.TimedOut or SocketError.WouldBlock) } || error is EndOfStreamException)
        {
            IsOpen = false;
            return null;
        }
    }

    public void Dispose() => _client.Dispose();

    WireAnswer? Read(bool head)
    {
        if (Line() is not { } first) return null;
        int status = int.Parse(first.AsSpan(9, 3), CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (Line() is { Length: > 0 } line) headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        if (head || status is < 200 or 204 or 304) return new(status, headers, []);
        if (headers.TryGetValue("Content-Length", out string? length)) return new(status, headers, Bytes(int.Parse(length, CultureInfo.InvariantCulture)));
        var body = new MemoryStream();
        if (headers.GetValueOrDefault("Transfer-Encoding") == "chunked")
        {
            while (int.Parse(Line() ?? throw new EndOfStreamException(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
            {
                body.Write(Bytes(size));
                Line();
            }

            Line();
        }
        else
        {
            IsOpen = false;
            while (_start < _end || Fill())
            {
                body.Write(_buffer, _start, _end - _start);
                _start = _end;
            }
        }

        return new(status, headers, body.ToArray());
    }

    string? Line()
    {
        var line = new StringBuilder();
        while (_start < _end || Fill())
        {
            char c = (char)_buffer[_start++];
            if (c == '\n') return line.ToString().TrimEnd('\r');
            line.Append(c);
        }

        return null;
    }

    byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            if (_start == _end && !Fill()) throw new EndOfStreamException();
            int part = Math.Min(count - at, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(bytes.AsSpan(at));
            (at, _start) = (at + part, _start + part);
        }

        return bytes;
    }

    bool Fill()
    {
        (_start, _end) = (0, _stream.Read(_buffer));
        return _end > 0;
    }
}
