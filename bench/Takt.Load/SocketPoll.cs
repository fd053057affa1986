using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Takt.Load;

/// <summary>Waits for sockets: poll(2). <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, int)"/> does the same at several times the cost. Linux and macOS have it; the numbers below are the same there.</summary>
static partial class SocketPoll
{
    const short In = 1, Out = 4;

    /// <summary>Waits until a socket is ready.</summary>
    /// <param name="wanted">The sockets; what each is ready for is told in them.</param>
    /// <param name="milliseconds">The longest wait.</param>
    /// <returns>How many are ready.</returns>
    public static int Wait(Span<Wanted> wanted, int milliseconds) => Math.Max(0, Poll(ref MemoryMarshal.GetReference(wanted), (nuint)wanted.Length, milliseconds)); // less than 0: a signal came

    /// <summary>One socket: <c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Wanted
    {
        int _socket;
        short _events, _ready;

        /// <summary>Whether bytes have come, or the end, or an error.</summary>
        public readonly bool CanReceive => (_ready & ~Out) != 0;

        /// <summary>Whether more can be sent.</summary>
        public readonly bool CanSend => (_ready & Out) != 0;

        /// <summary>Waits for bytes, and for room to send where that is wanted.</summary>
        public static Wanted Of(Socket socket, bool sending) => new() { _socket = (int)socket.Handle, _events = sending ? (short)(In | Out) : In };
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Wanted wanted, nuint count, int milliseconds);
}
