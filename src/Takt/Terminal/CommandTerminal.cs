using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;
using Takt.Protocols.Problems;

namespace Takt.Terminal;

/// <summary>Where a command speaks: answers to stdout, progress and problems to stderr. With <c>--json</c> stdout carries one JSON document and nothing else.</summary>
sealed class CommandTerminal(bool json, TextWriter output, TextWriter error)
{
    /// <summary>How every JSON document of the command line is written.</summary>
    public static JsonSerializerOptions JsonOptions { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a terminal is not a web page: °C stays °C
    };

    readonly IAnsiConsole _console = ConsoleOn(output);

    /// <summary>The console for progress: bars on a terminal, plain lines elsewhere.</summary>
    public IAnsiConsole Progress { get; } = ConsoleOn(error);

    public int Write(Answer answer)
    {
        if (json) output.WriteLine(JsonSerializer.Serialize(answer.Document, JsonOptions));
        else answer.Show(_console);
        return answer.ExitCode;
    }

    public int WriteProblems(IReadOnlyList<Problem> problems)
    {
        if (json) output.WriteLine(JsonSerializer.Serialize(new { problems }, JsonOptions));
        foreach (var problem in problems) error.WriteLine(problem);
        return ExitCodes.WrongInput;
    }

    public int WriteFailure(string what)
    {
        if (json) output.WriteLine(JsonSerializer.Serialize(new { failure = what }, JsonOptions));
        error.WriteLine(what);
        return ExitCodes.WorkFailed;
    }

    static IAnsiConsole ConsoleOn(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = 160; // a pipe has no width: do not wrap what a script reads
            console.Profile.Capabilities.Ansi = false; // nor colours, whatever TERM says
        }

        return console;
    }
}
