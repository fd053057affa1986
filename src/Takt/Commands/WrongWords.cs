using System.CommandLine;
using System.CommandLine.Parsing;
using Takt.Protocols.Problems;

namespace Takt.Commands;

/// <summary>Words that no command understands, told the way every other mistake is.</summary>
static class WrongWords
{
    /// <summary>What is wrong with a parsed command line; empty if nothing is.</summary>
    public static IReadOnlyList<Problem> In(ParseResult parsed)
    {
        string command = string.Join(' ', Path(parsed.CommandResult).Reverse().Prepend("takt"));
        string help = $"See '{command} --help'";
        // A mistyped option is taken for the argument where one is free to give; no model and no file begins so.
        var unknown = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value).Where(t => t.StartsWith("--", StringComparison.Ordinal))
            .Concat(parsed.UnmatchedTokens).ToList();
        // An unknown word is often followed by errors that only come of it, such as the command it should have been missing.
        return unknown.Count > 0
            ? [.. unknown.Select(word => new Problem($"'{word}' is no word of '{command}'", WayOut: Near(word, parsed, help)))]
            : [.. parsed.Errors.Select(error => Of(error, help))];
    }

    static IEnumerable<string> Path(CommandResult result)
    {
        for (var at = result; at.Command is not RootCommand; at = (CommandResult)at.Parent!) yield return at.Command.Name;
    }

    static Problem Of(ParseError error, string help) => error.SymbolResult is OptionResult { Option: var option, Tokens: [var token] } && Kind(option.ValueType) is { } kind
        ? new Problem($"'{token.Value}' for {option.Name}", kind, help)
        : new Problem(error.Message.TrimEnd('.'), WayOut: help);

    static string? Kind(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Int32 => "a whole number",
        TypeCode.UInt64 => "a whole number from 0",
        TypeCode.Boolean => "true or false",
        _ => null,
    };

    static string Near(string word, ParseResult parsed, string help)
    {
        var command = parsed.CommandResult.Command;
        var known = word.StartsWith('-')
            ? command.Options.Concat(parsed.RootCommandResult.Command.Options).Where(o => !o.Hidden).Select(o => o.Name)
            : command.Subcommands.Select(c => c.Name);
        return NearestName.Of(word.Split('=')[0], known) is { } near ? $"Did you mean '{near}'? {help}" : help;
    }
}
