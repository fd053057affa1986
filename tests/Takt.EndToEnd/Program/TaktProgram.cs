using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Takt.EndToEnd.Program;

/// <summary>What one finished run of the program said.</summary>
sealed record Outcome(int ExitCode, string Output, string Error)
{
    public JsonNode Json => JsonNode.Parse(Output) ?? throw new InvalidOperationException("stdout holds the JSON null");
}

/// <summary>The real program as a process of its own, started the way a user starts it.</summary>
sealed class TaktProgram : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly Process _process;
    readonly StringBuilder _output = new(), _error = new();

    TaktProgram(string file, IEnumerable<string> words, string folder)
    {
        var start = new ProcessStartInfo(file) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string word in words) start.ArgumentList.Add(word);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Gather(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Gather(_error, line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The program's file.</summary>
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "takt.dll");

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output { get { lock (_output) return _output.ToString(); } }

    public string Error { get { lock (_error) return _error.ToString(); } }

    /// <summary>Starts a command and leaves it running.</summary>
    public static TaktProgram Start(string folder, params string[] words) => new("dotnet", [File, .. words], folder);

    /// <summary>Starts a shell with a script that starts the program, as a container does.</summary>
    public static TaktProgram StartScript(string folder, string script) => new("/bin/sh", ["-c", script], folder);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<Outcome> RunAsync(string folder, params string[] words)
    {
        using var program = Start(folder, words);
        return await program.EndAsync();
    }

    /// <summary>Waits for the end.</summary>
    public async Task<Outcome> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return new Outcome(_process.ExitCode, Output, Error);
    }

    /// <summary>Waits until a condition on what the program said holds.</summary>
    public async Task UntilAsync(Func<TaktProgram, bool> condition, string what, TimeSpan? patience = null)
    {
        var watch = Stopwatch.StartNew();
        while (!condition(this))
        {
            if (HasExited && !condition(this)) throw new InvalidOperationException($"the program ended before {what}:\n{Output}\n{Error}");
            if (watch.Elapsed > (patience ?? Patience)) throw new TimeoutException($"waited {watch.Elapsed.TotalSeconds:0} s for {what}:\n{Output}\n{Error}");
            await Task.Delay(50);
        }
    }

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    static void Gather(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
    }
}

/// <summary>A folder of its own for one test, gone afterwards.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("takt-test-").FullName;

    public string this[string file] => System.IO.Path.Combine(Path, file);

    public string Write(string file, string text)
    {
        System.IO.File.WriteAllText(this[file], text);
        return this[file];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
