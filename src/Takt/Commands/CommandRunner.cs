using System.CommandLine;
using Takt.Protocols.Problems;
using Takt.Registry;
using Takt.Registry.Audits;
using Takt.Terminal;

namespace Takt.Commands;

/// <summary>What a command works with: its parsed words, the home folder, a terminal to speak on.</summary>
sealed record CommandContext(ParseResult Parsed, string Home, CommandTerminal Terminal)
{
    public T Get<T>(Argument<T> argument) => Parsed.GetRequiredValue(argument);

    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    public ModelRegistry OpenRegistry() => ModelRegistry.Open(Home, TimeProvider.System);
}

/// <summary>Runs commands and gives every way of ending its exit code.</summary>
static class CommandRunner
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        Actor.Set($"command:{Environment.UserName}");
        var parsed = root.Parse(args is [] ? ["--help"] : args);
        if (WrongWords.In(parsed) is { Count: > 0 } wrong) return TerminalOf(parsed).WriteProblems(wrong);
        // Ctrl-C asks the work to stop; a training has time to write its checkpoint, a server to finish its requests.
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
    }

    /// <summary>Makes <paramref name="work"/> the action of a command.</summary>
    public static Command Does(this Command command, Func<CommandContext, CancellationToken, Task<Answer>> work)
    {
        command.SetAction((parsed, stop) => EndingWell(parsed, async context => context.Terminal.Write(await work(context, stop)), stop));
        return command;
    }

    /// <summary>Makes <paramref name="work"/>, which ends with an exit code of its own, the action of a command.</summary>
    public static Command Runs(this Command command, Func<CommandContext, CancellationToken, Task<int>> work)
    {
        command.SetAction((parsed, stop) => EndingWell(parsed, context => work(context, stop), stop));
        return command;
    }

    static async Task<int> EndingWell(ParseResult parsed, Func<CommandContext, Task<int>> work, CancellationToken stop)
    {
        var terminal = TerminalOf(parsed);
        try
        {
            return await work(new CommandContext(parsed, parsed.GetValue(GlobalOptions.Home)!, terminal));
        }
        catch (InputException wrong)
        {
            return terminal.WriteProblems(wrong.Problems);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return terminal.WriteFailure("Stopped as asked. Nothing is lost; the same command goes on where it can.");
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return terminal.WriteFailure(parsed.GetValue(GlobalOptions.Trace) ? failure.ToString() : $"The work failed: {failure.Message}");
        }
    }

    static CommandTerminal TerminalOf(ParseResult parsed) => new(parsed.GetValue(GlobalOptions.Json), Console.Out, Console.Error);
}
