using Spectre.Console;

namespace Takt.Terminal;

/// <summary>What a command has to say: one document for programs, one picture of it for people.</summary>
/// <param name="Document">Serialised as the single JSON document of <c>--json</c>.</param>
/// <param name="Show">Writes the same for a person.</param>
/// <param name="ExitCode">0 success, 1 the work failed, 2 the input was wrong.</param>
sealed record Answer(object Document, Action<IAnsiConsole> Show, int ExitCode = ExitCodes.Success);

/// <summary>The exit codes of every command.</summary>
static class ExitCodes
{
    public const int Success = 0;
    public const int WorkFailed = 1;
    public const int WrongInput = 2;
}
