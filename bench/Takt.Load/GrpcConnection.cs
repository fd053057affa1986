using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Takt.Load;

/// <summary>
/// One HTTP/2 connection (RFC 9113) that makes the same unary gRPC call again and again, one at a time. It reads frames and looks into none but those that steer the flow:
/// a call that brings a message is answered, one that brings none has failed.
/// </summary>
/// <param name="url">The server; without TLS.</param>
/// <param name="path">The method, as in <c>/inference.GRPCInferenceService/ModelInfer</c>.</param>
/// <param name="message">The request message in protobuf's form.</param>
sealed class GrpcConnection(Uri url, string path, byte[] message) : IConnection
{
    const byte Data = 0, Headers = 1, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    const byte Ack = 1, EndStream = 1, EndHeaders = 4;
    const int FrameHead = 9, LargestFrame = 16 * 1024, FirstWindow = 65_535, Answered = 200, NoAnswer = 500;

    readonly byte[] _headers = HeaderBlock(url.Authority, path), _body = Framed(message), _buffer = new byte[256 * 1024];
    readonly MemoryStream _request = new();
    Socket? _socket;
    int _begin, _end, _stream, _streamWindow;
    long _window, _consumed;

    public async ValueTask<int> AskAsync(CancellationToken stop)
    {
        try
        {
            if (_socket is null) await OpenAsync(stop);
            while (_window < _body.Length)
                if (await FrameAsync(stop) is (GoAway, _, _)) return Broken();
            if (_streamWindow < _body.Length) throw new NotSupportedException($"a message of {_body.Length} bytes; the server takes {_streamWindow} at once");
            _stream += 2;
            _window -= _body.Length;
            await SendAsync(Request(), stop);
            for (bool data = false; ;)
            {
                var (type, flags, length) = await FrameAsync(stop);
                data |= type == Data && length > 0;
                if (type == GoAway) return Broken();
                if (type is Data or Headers && (flags & EndStream) != 0) return data ? Answered : NoAnswer;
            }
        }
        catch (SocketException)
        {
            return Broken();
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    async ValueTask OpenAsync(CancellationToken stop)
    {
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _socket.ConnectAsync(url.Host, url.Port, stop);
        (_begin, _end, _stream, _window, _streamWindow, _consumed) = (0, 0, -1, FirstWindow, FirstWindow, 0);
        using var hello = new MemoryStream();
        hello.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        hello.Write(Frame(Settings, 0, 0, [0, 4, 0x7f, 0xff, 0xff, 0xff])); // a stream may bring as much as it has
        hello.Write(Frame(WindowUpdate, 0, 0, Number(int.MaxValue - FirstWindow)));
        await SendAsync(hello.ToArray(), stop);
        while (await FrameAsync(stop) is not (Settings, 0, _))
        {
        }
    }

    /// <summary>Reads one frame and does what it asks for.</summary>
    async ValueTask<(byte Type, byte Flags, int Length)> FrameAsync(CancellationToken stop)
    {
        await FillAsync(FrameHead, stop);
        int length = (_buffer[_begin] << 16) | (_buffer[_begin + 1] << 8) | _buffer[_begin + 2];
        byte type = _buffer[_begin + 3], flags = _buffer[_begin + 4];
        bool whole = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_begin + 5)) == 0;
        _begin += FrameHead;
        await FillAsync(length, stop);
        int at = _begin;
        _begin += length;
        if (type == Settings && flags != Ack)
        {
            for (int i = at; i < at + length; i += 6)
                if (BinaryPrimitives.ReadInt16BigEndian(_buffer.AsSpan(i)) == 4) _streamWindow = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(i + 2));
            await SendAsync(Frame(Settings, Ack, 0, []), stop);
        }
        else if (type == Ping && flags != Ack)
        {
            await SendAsync(Frame(Ping, Ack, 0, _buffer.AsSpan(at, length).ToArray()), stop);
        }
        else if (type == WindowUpdate && whole)
        {
            _window += BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(at));
        }
        else if (type == Data && (_consumed += length) > 1 << 30)
        {
            await SendAsync(Frame(WindowUpdate, 0, 0, Number((int)_consumed)), stop);
            _consumed = 0;
        }

        return (type, flags, length);
    }

    /// <summary>Reads until so many bytes are there.</summary>
    async ValueTask FillAsync(int bytes, CancellationToken stop)
    {
        if (_begin == _end) _begin = _end = 0;
        if (_begin + bytes > _buffer.Length)
        {
            _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
            (_begin, _end) = (0, _end - _begin);
        }

        while (_end - _begin < bytes)
        {
            int more = await _socket!.ReceiveAsync(_buffer.AsMemory(_end), stop);
            if (more == 0) throw new SocketException((int)SocketError.ConnectionReset);
            _end += more;
        }
    }

    async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (bytes.Length > 0) bytes = bytes[await _socket!.SendAsync(bytes, stop)..];
    }

    ReadOnlyMemory<byte> Request()
    {
        _request.SetLength(0);
        Write(Headers, EndHeaders, _headers);
        for (int at = 0; at < _body.Length; at += LargestFrame)
            Write(Data, at + LargestFrame >= _body.Length ? EndStream : (byte)0, _body.AsSpan(at, Math.Min(LargestFrame, _body.Length - at)));
        return _request.GetBuffer().AsMemory(0, (int)_request.Length);

        void Write(byte type, byte flags, ReadOnlySpan<byte> content)
        {
            _request.Write([(byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length, type, flags, .. Number(_stream)]);
            _request.Write(content);
        }
    }

    int Broken()
    {
        Dispose();
        return 0;
    }

    static byte[] Frame(byte type, byte flags, int stream, byte[] content) => [0, 0, (byte)content.Length, type, flags, .. Number(stream), .. content];

    static byte[] Number(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>gRPC puts a flag (not compressed) and the length before each message.</summary>
    static byte[] Framed(byte[] message) => [0, .. Number(message.Length), .. message];

    /// <summary>HPACK (RFC 7541) without tables of its own: indices of the static table, and texts as they are.</summary>
    static byte[] HeaderBlock(string authority, string path) =>
        [0x83, 0x86, 0x04, .. Text(path), 0x01, .. Text(authority), 0x0f, 0x10, .. Text("application/grpc"), 0x00, .. Text("te"), .. Text("trailers")];

    static byte[] Text(string text) => text.Length < 127 ? [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)] : throw new ArgumentException($"'{text}' is longer than 126 characters", nameof(text));
}
