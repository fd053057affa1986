using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Takt.EndToEnd.Program;

/// <summary><c>takt serve</c> as a process of its own on a free port.</summary>
sealed partial class TaktServer : IDisposable
{
    const string Anywhere = "http://127.0.0.1:0";

    readonly TaktProgram _program;

    TaktServer(TaktProgram program, Uri address) => (_program, Address) = (program, address);

    public Uri Address { get; }

    public TaktProgram Program => _program;

    public static async Task<TaktServer> StartAsync(string folder, params string[] words)
    {
        // Ports that the system chooses: one that was free a moment ago may be somebody else's now.
        string[] grpc = words.Contains("--grpc-urls") ? [] : ["--grpc-urls", Anywhere];
        return await ListensAsync(TaktProgram.Start(folder, ["serve", "--urls", Anywhere, .. grpc, .. words]));
    }

    /// <summary>The server that a script starts on a port that the system chooses.</summary>
    public static Task<TaktServer> StartScriptAsync(string folder, string script) => ListensAsync(TaktProgram.StartScript(folder, script));

    static async Task<TaktServer> ListensAsync(TaktProgram program)
    {
        await program.UntilAsync(p => Said().IsMatch(p.Error), "the server listens");
        return new TaktServer(program, new Uri(Said().Match(program.Error).Groups["url"].Value));
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose() => _program.Dispose();

    [GeneratedRegex(@"Takt serves at (?<url>http://\S+?)\s", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Said();
}
