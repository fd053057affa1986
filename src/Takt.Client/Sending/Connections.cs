using System.Net;
using System.Net.Sockets;

namespace Takt.Client.Sending;

/// <summary>The pool of connections that a client has of its own.</summary>
static class Connections
{
    /// <summary>A pooled connection is closed after this, so that a server that moved is found again by its name.</summary>
    static readonly TimeSpan s_life = TimeSpan.FromMinutes(5);

    /// <summary>A connection on which nothing came for so many seconds is asked for a sign of life, three times, some seconds apart: a stream may be silent for hours, and a pulled cable tells nobody.</summary>
    const int SilentSeconds = 30, BetweenAsksSeconds = 5, Asks = 3;

    /// <summary>Makes it.</summary>
    public static SocketsHttpHandler Open() => new()
    {
        PooledConnectionLifetime = s_life,
        AutomaticDecompression = DecompressionMethods.None,   // on a plant's network answers travel faster than they pack
        UseCookies = false,
        MaxResponseDrainSize = 0,                             // who stops reading a stream leaves at once, and the server stops at once
        ConnectCallback = ConnectAsync,
    };

    static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SilentSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, BetweenAsksSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Asks);
            await socket.ConnectAsync(context.DnsEndPoint, stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
