using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Takt.Compare;

/// <summary>One of the programs that run the workloads: how it is started, and what must be there for it.</summary>
/// <param name="Name">As the table calls it.</param>
/// <param name="File">The program.</param>
/// <param name="Arguments">Its arguments for a number of threads, a time per workload and the names of workloads.</param>
/// <param name="Folder">Where it runs.</param>
sealed record Side(string Name, string File, Func<int, double, string, string[]> Arguments, string Folder)
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>Runs it and reads what it measured.</summary>
    /// <exception cref="InvalidOperationException">It ended with an error.</exception>
    public IReadOnlyList<Measurement> Run(int threads, double seconds, string only)
    {
        var ended = Start(File, Arguments(threads, seconds, only), Folder);
        Demand(Name, ended);
        string text = ended.Output.Trim();
        return text.StartsWith('[')
            ? JsonSerializer.Deserialize<Measurement[]>(text, s_json)!
            : [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<Measurement>(line, s_json)!)];
    }

    /// <summary>Runs a program to its end.</summary>
    public static (int Code, string Output, string Error) Start(string file, string[] arguments, string folder)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(file, arguments)
            {
                WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
                Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" }, // the folder of the peers may be read-only
            })!;
            var error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (127, "", missing.Message);
        }
    }

    /// <summary>Says who failed and why.</summary>
    /// <exception cref="InvalidOperationException">The program ended with an error.</exception>
    public static void Demand(string name, (int Code, string Output, string Error) ended)
    {
        if (ended.Code != 0) throw new InvalidOperationException($"{name} ended with {ended.Code}: {ended.Error.Trim().Split('\n')[^1]}");
    }

    public static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
