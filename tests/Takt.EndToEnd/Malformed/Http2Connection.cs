using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace Takt.EndToEnd.Malformed;

/// <summary>A frame of HTTP/2 (RFC 9113) to be sent, damaged or not.</summary>
sealed record Frame(byte Type, byte Flags, int Stream, byte[] Payload)
{
    public const byte Data = 0, Headers = 1, Priority = 2, Reset = 3, Settings = 4, Push = 5, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;

    public const byte EndStream = 1, EndHeaders = 4;

    /// <summary>What its header says; null = the truth.</summary>
    public int? Length { get; init; }

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[9 + Payload.Length];
        int length = Length ?? Payload.Length;
        (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]) = ((byte)(length >> 16), (byte)(length >> 8), (byte)length, Type, Flags);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Stream);
        Payload.CopyTo(bytes, 9);
        return bytes;
    }
}

/// <summary>How a call over HTTP/2 ended: with headers, body and trailers, or with an error of the stream or the connection.</summary>
sealed record Http2Answer(Dictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The code of RST_STREAM or GOAWAY; null = neither came. 2 is INTERNAL_ERROR.</summary>
    public uint? Code { get; init; }

    /// <summary>Whether the connection ended before the answer did.</summary>
    public bool IsCut { get; init; }

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>HTTP/2 by hand, so that what no client would send can be sent.</summary>
sealed class Http2Connection : IDisposable
{
    readonly TcpClient _client;
    readonly NetworkStream _stream;
    int _next = 1;

    public Http2Connection(Uri address)
    {
        _client = new TcpClient(address.Host, address.Port) { NoDelay = true };
        _stream = _client.GetStream();
        _stream.ReadTimeout = _stream.WriteTimeout = 20_000;
        byte[] settings = [0, 1, 0, 0, 0, 0, 0, 4, 0, 0x40, 0, 0];   // no table of headers; 4 MiB for each stream
        _stream.Write([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. new Frame(Frame.Settings, 0, 0, settings).ToBytes(), .. new Frame(Frame.WindowUpdate, 0, 0, [0, 0x40, 0, 0]).ToBytes()]);
    }

    public bool IsOpen { get; private set; } = true;

    /// <summary>The number of the next stream.</summary>
    public int NextStream()
    {
        int stream = _next;
        _next += 2;
        return stream;
    }

    /// <summary>Sends frames and reads what comes back for a stream.</summary>
    /// <param name="frames">Bytes of frames.</param>
    /// <param name="stream">The stream whose end is waited for.</param>
    /// <param name="last">Whether nothing comes after them, which a server that waits for more should know.</param>
    /// <exception cref="IOException">Nothing came in time.</exception>
    public Http2Answer Ask(byte[] frames, int stream, bool last)
    {
        try
        {
            _stream.Write(frames);
            if (last) _client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or IOException { InnerException: SocketException { SocketErrorCode: not SocketError.TimedOut } })
        {
            // Refused before all of it was read; the reason may be there all the same.
        }

        var headers = new Dictionary<string, string>();
        var body = new MemoryStream();
        try
        {
            byte[] head = new byte[9];
            while (true)
            {
                _stream.ReadExactly(head);
                byte[] payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                _stream.ReadExactly(payload);
                byte type = head[3], flags = head[4];
                int of = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5));
                switch (type)
                {
                    case Frame.Settings when (flags & 1) == 0 && !last: _stream.Write(new Frame(Frame.Settings, 1, 0, []).ToBytes()); break;
                    case Frame.Headers or Frame.Continuation when of == stream: Hpack.Decode(payload, headers); break;
                    case Frame.Data when of == stream:
                        body.Write(payload);
                        if (payload.Length > 0 && !last) _stream.Write([.. Window(0, payload.Length), .. Window(of, payload.Length)]);
                        break;
                    case Frame.Reset when of == stream: return new(headers, body.ToArray()) { Code = BinaryPrimitives.ReadUInt32BigEndian(payload) };
                    case Frame.GoAway:
                        IsOpen = false;
                        return new(headers, body.ToArray()) { Code = BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4)) };
                }

                if (of == stream && type is Frame.Headers or Frame.Data && (flags & Frame.EndStream) != 0)
                {
                    if (last) IsOpen = false;
                    return new(headers, body.ToArray());
                }
            }
        }
        catch (Exception error) when (error is EndOfStreamException or IOException { InnerException: SocketException { SocketErrorCode: not (SocketError.TimedOut or SocketError.WouldBlock) } })
        {
            IsOpen = false;
            return new(headers, body.ToArray()) { IsCut = true };
        }
    }

    public void Dispose() => _client.Dispose();

    static byte[] Window(int stream, int count)
    {
        byte[] increment = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(increment, count);
        return new Frame(Frame.WindowUpdate, 0, stream, increment).ToBytes();
    }
}
