using System.Net;
using System.Net.Sockets;

namespace Takt.EndToEnd.Program;

/// <summary><c>takt serve</c> as a process of its own on a free port.</summary>
sealed class TaktServer : IDisposable
{
    readonly TaktProgram _program;

    TaktServer(TaktProgram program, Uri address) => (_program, Address) = (program, address);

    public Uri Address { get; }

    public TaktProgram Program => _program;

    public static async Task<TaktServer> StartAsync(string folder, params string[] words)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var program = TaktProgram.Start(folder, ["serve", "--urls", address.ToString(), .. words]);
        await program.UntilAsync(p => p.Error.Contains("Takt serves at"), "the server listens");
        return new TaktServer(program, address);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose() => _program.Dispose();
}
