using System.CommandLine;

namespace Takt.Commands;

/// <summary>Options that every command takes.</summary>
static class GlobalOptions
{
    public static Option<string> Home { get; } = new("--home")
    {
        Description = "Where Takt keeps its registry, packages and runs",
        HelpName = "DIR",
        DefaultValueFactory = _ => "./.takt",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "One JSON document on stdout, nothing else",
        Recursive = true,
    };

    /// <summary>For people who write Takt: failures come with their stack trace.</summary>
    public static Option<bool> Trace { get; } = new("--trace") { Recursive = true, Hidden = true };
}
