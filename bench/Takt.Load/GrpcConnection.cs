using System.Buffers.Binary;
using System.Text;

namespace Takt.Load;

/// <summary>
/// One HTTP/2 connection (RFC 9113) that makes the same unary gRPC call again and again, any number at a time. It reads frames and looks into none but those that
/// steer the flow: a call that brings a message is answered, one that brings none has failed.
/// </summary>
/// <param name="url">The server; without TLS.</param>
/// <param name="path">The method, as in <c>/inference.GRPCInferenceService/ModelInfer</c>.</param>
/// <param name="message">The request message in protobuf's form.</param>
sealed class GrpcConnection(Uri url, string path, byte[] message) : Connection(url)
{
    const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    const byte Ack = 1, EndStream = 1, EndHeaders = 4;
    const int FrameHead = 9, LargestFrame = 16 * 1024, FirstWindow = 65_535, Well = 200, NoAnswer = 500;

    /// <summary>HPACK (RFC 7541) as clients of gRPC use it: the first call's headers go into the connection's table (indices from 62, the newest first), and the later ones point there.</summary>
    static readonly byte[] s_known = [0x83, 0x86, 0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62];

    readonly byte[] _first = HeaderBlock(url.Authority, path), _body = Framed(message);
    readonly Dictionary<int, (double Due, bool HasData)> _calls = [];
    readonly Queue<double> _unsent = []; // calls that wait for the server to say how much it takes
    int _stream = -1, _streamWindow = FirstWindow;
    long _window = FirstWindow, _consumed;
    bool _greeted;

    /// <inheritdoc/>
    protected override void Begin(double due) => _unsent.Enqueue(due);

    /// <inheritdoc/>
    protected override void Greet()
    {
        Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        WriteFrame(Settings, 0, 0, [0, 4, 0x7f, 0xff, 0xff, 0xff]); // a stream may bring as much as it has
        WriteNumber(WindowUpdate, int.MaxValue - FirstWindow);
    }

    /// <inheritdoc/>
    protected override void WriteRequests()
    {
        while (_greeted && _window >= _body.Length && _unsent.TryDequeue(out double due))
        {
            if (_streamWindow < _body.Length) throw new NotSupportedException($"a message of {_body.Length} bytes; the server takes {_streamWindow} at once");
            _stream += 2;
            _window -= _body.Length;
            _calls[_stream] = (due, false);
            WriteFrame(Headers, EndHeaders, _stream, _stream == 1 ? _first : s_known);
            for (int at = 0; at < _body.Length; at += LargestFrame)
                WriteFrame(Data, at + LargestFrame >= _body.Length ? EndStream : (byte)0, _stream, _body.AsSpan(at, Math.Min(LargestFrame, _body.Length - at)));
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<double> Reset()
    {
        double[] lost = [.. _calls.Values.Select(c => c.Due), .. _unsent];
        _calls.Clear();
        _unsent.Clear();
        (_stream, _window, _streamWindow, _consumed, _greeted) = (-1, FirstWindow, FirstWindow, 0, false);
        return lost;
    }

    /// <inheritdoc/>
    protected override int Read(ReadOnlySpan<byte> bytes)
    {
        int used = 0;
        while (bytes.Length - used >= FrameHead)
        {
            var frame = bytes[used..];
            int length = (frame[0] << 16) | (frame[1] << 8) | frame[2];
            if (frame.Length < FrameHead + length) break;
            used += FrameHead + length;
            Take(frame[3], frame[4], BinaryPrimitives.ReadInt32BigEndian(frame[5..]), frame.Slice(FrameHead, length));
        }

        return used;
    }

    void Take(byte type, byte flags, int stream, ReadOnlySpan<byte> content)
    {
        switch (type)
        {
            case Data or Headers or ResetStream when _calls.TryGetValue(stream, out var call):
                bool hasData = call.HasData || (type == Data && content.Length > 0);
                if (type == Data) Consume(content.Length);
                if (type == ResetStream || (flags & EndStream) != 0)
                {
                    _calls.Remove(stream);
                    End(call.Due, hasData ? Well : NoAnswer);
                }
                else if (hasData != call.HasData)
                {
                    _calls[stream] = (call.Due, hasData);
                }

                break;
            case Settings when flags != Ack:
                for (int i = 0; i + 6 <= content.Length; i += 6)
                    if (BinaryPrimitives.ReadInt16BigEndian(content[i..]) == 4) _streamWindow = BinaryPrimitives.ReadInt32BigEndian(content[(i + 2)..]);
                _greeted = true;
                WriteFrame(Settings, Ack, 0, []);
                Resume();
                break;
            case Ping when flags != Ack:
                WriteFrame(Ping, Ack, 0, content);
                GoOnSending();
                break;
            case WindowUpdate when stream == 0:
                _window += BinaryPrimitives.ReadInt32BigEndian(content);
                Resume();
                break;
            case GoAway:
                Break();
                break;
        }
    }

    void Resume()
    {
        WriteRequests();
        GoOnSending();
    }

    /// <summary>Lets the server send as much again as has come, now and then.</summary>
    void Consume(int bytes)
    {
        if ((_consumed += bytes) <= 1 << 30) return;
        WriteNumber(WindowUpdate, (int)_consumed);
        _consumed = 0;
        GoOnSending();
    }

    void WriteNumber(byte type, int number)
    {
        Span<byte> content = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(content, number);
        WriteFrame(type, 0, 0, content);
    }

    void WriteFrame(byte type, byte flags, int stream, ReadOnlySpan<byte> content)
    {
        Span<byte> head = [(byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length, type, flags, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(head[5..], stream);
        Write(head);
        Write(content);
    }

    /// <summary>gRPC puts a flag (not compressed) and the length before each message.</summary>
    static byte[] Framed(byte[] message) => [0, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message];

    /// <summary>Method and scheme by their indices in the static table, and texts that the server is to remember.</summary>
    static byte[] HeaderBlock(string authority, string path) =>
        [0x83, 0x86, 0x44, .. Text(path), 0x41, .. Text(authority), 0x5f, .. Text("application/grpc"), 0x40, .. Text("te"), .. Text("trailers")];

    static byte[] Text(string text) => text.Length < 127 ? [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)] : throw new ArgumentException($"'{text}' is longer than 126 characters", nameof(text));
}
