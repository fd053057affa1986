using System.Diagnostics;
using System.Net.Sockets;

namespace Takt.Compare.Serving;

/// <summary>A server that runs as long as it is compared.</summary>
sealed class Server : IDisposable
{
    readonly Process _process;

    /// <summary>Starts it and waits until it takes connections.</summary>
    /// <param name="name">As the table calls it.</param>
    /// <param name="port">Where it listens on this machine.</param>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs.</param>
    /// <exception cref="InvalidOperationException">It ended, or does not listen within a minute.</exception>
    public Server(string name, int port, string file, string[] arguments, string folder)
    {
        (Name, Port) = (name, port);
        _process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) => LastLine = line.Data ?? LastLine;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var waited = Stopwatch.StartNew();
        while (!Listens(port))
        {
            if (_process.HasExited || waited.Elapsed > TimeSpan.FromMinutes(1))
            {
                Dispose();
                throw new InvalidOperationException($"{name} does not serve: {LastLine}");
            }

            Thread.Sleep(100);
        }
    }

    /// <summary>As the table calls it.</summary>
    public string Name { get; }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>What it said last.</summary>
    public string LastLine { get; private set; } = "";

    /// <summary>Memory of the machine that it holds.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    static bool Listens(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
