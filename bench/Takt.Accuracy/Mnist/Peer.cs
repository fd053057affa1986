using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Takt.Accuracy.Mnist;

/// <summary>PyTorch, where this machine has it: the first Python that knows it, the one on the path or Debian's.</summary>
sealed class Peer
{
    static readonly string s_script = Path.Combine(AppContext.BaseDirectory, "Mnist", "mnist_peer.py");

    readonly string _python;

    Peer(string python) => _python = python;

    public static Peer? Find()
    {
        foreach (string python in new[] { "python3", "/usr/bin/python3" })
            if (Run(python, "-c", "import torch, numpy").Code == 0) return new(python);
        return null;
    }

    /// <summary>Trains from the same weights, in the same order.</summary>
    public Curve Train(string data, string start, int epochs, float rate, bool decays)
    {
        var (code, output, error) = Run(_python, s_script, data, start, $"{epochs}", rate.ToString(CultureInfo.InvariantCulture), decays ? "cosine" : "constant", $"{Curve.Every}");
        return code == 0 ? JsonSerializer.Deserialize<Curve>(output)! : throw new InvalidOperationException($"PyTorch ended with {code}: {error.Trim().Split('\n')[^1]}");
    }

    static (int Code, string Output, string Error) Run(string file, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (Win32Exception missing)
        {
            return (127, "", missing.Message);
        }
    }
}
