using System.Net.Sockets;

namespace Takt.Load;

/// <summary>
/// A connection that sends the same request again and again. It never waits: what cannot be sent or read at once is left for when the socket is ready, so that one thread can drive
/// all connections and takes little of the machine that it shares with the server.
/// </summary>
/// <param name="url">The server; without TLS.</param>
abstract class Connection(Uri url) : IDisposable
{
    byte[] _out = new byte[4096], _in = new byte[64 * 1024];
    int _outBegin, _outEnd, _inEnd;

    /// <summary>The open socket, or null.</summary>
    public Socket? Socket { get; private set; }

    /// <summary>Whether something is left to be sent.</summary>
    public bool IsSending => _outEnd > _outBegin;

    /// <summary>Calls that wait for an answer.</summary>
    public int UnderWay { get; private set; }

    /// <summary>Is told of each request that is answered, or lost with the connection (status 0): when it was due, and its HTTP status.</summary>
    public Action<double, int> Answered { get; set; } = (_, _) => { };

    /// <summary>Sends a request.</summary>
    /// <param name="due">When it was due.</param>
    public void Ask(double due)
    {
        UnderWay++;
        Begin(due);
        try
        {
            if (Socket is null) Open();
            WriteRequests();
            Send();
        }
        catch (SocketException)
        {
            Break();
        }
    }

    /// <summary>Sends what is left, as far as that goes now.</summary>
    public void GoOnSending()
    {
        try
        {
            Send();
        }
        catch (SocketException)
        {
            Break();
        }
    }

    /// <summary>Reads what has come.</summary>
    public void Receive()
    {
        if (Socket is null) return;
        if (_inEnd == _in.Length) Array.Resize(ref _in, 2 * _in.Length);
        int more = Socket.Receive(_in.AsSpan(_inEnd), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) return;
        if (error != SocketError.Success || more == 0)
        {
            Break();
            return;
        }

        _inEnd += more;
        int read = Read(_in.AsSpan(0, _inEnd));
        if (Socket is null) return;
        _in.AsSpan(read, _inEnd - read).CopyTo(_in);
        _inEnd -= read;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Socket?.Dispose();
        Socket = null;
        _outBegin = _outEnd = _inEnd = 0;
    }

    /// <summary>A request is under way.</summary>
    protected abstract void Begin(double due);

    /// <summary>Puts the bytes of the requests that have begun into what is to be sent, as far as the server lets them come.</summary>
    protected abstract void WriteRequests();

    /// <summary>Takes what it can use from the beginning of what has come.</summary>
    /// <returns>Bytes used; the rest is shown again with what follows.</returns>
    protected abstract int Read(ReadOnlySpan<byte> bytes);

    /// <summary>The connection is lost: gives up what is under way.</summary>
    /// <returns>When that was due.</returns>
    protected abstract IReadOnlyList<double> Reset();

    /// <summary>A connection is open: what the protocol begins with may be written.</summary>
    protected virtual void Greet()
    {
    }

    /// <summary>The connection broke, or the server ends it.</summary>
    protected void Break()
    {
        Dispose();
        foreach (double due in Reset()) End(due, 0);
    }

    /// <summary>A call is over.</summary>
    protected void End(double due, int status)
    {
        UnderWay--;
        Answered(due, status);
    }

    /// <summary>Puts bytes into what is to be sent.</summary>
    protected void Write(ReadOnlySpan<byte> bytes)
    {
        if (_outBegin == _outEnd) _outBegin = _outEnd = 0;
        if (_outEnd + bytes.Length > _out.Length) Array.Resize(ref _out, Math.Max(2 * _out.Length, _outEnd + bytes.Length));
        bytes.CopyTo(_out.AsSpan(_outEnd));
        _outEnd += bytes.Length;
    }

    void Open()
    {
        Socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(url.Host, url.Port);
        Socket.Blocking = false;
        Greet();
    }

    void Send()
    {
        while (IsSending && Socket is not null)
        {
            int sent = Socket.Send(_out.AsSpan(_outBegin, _outEnd - _outBegin), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) return;
            if (error != SocketError.Success) throw new SocketException((int)error);
            _outBegin += sent;
        }
    }
}
