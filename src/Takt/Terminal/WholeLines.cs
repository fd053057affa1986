using Spectre.Console;

namespace Takt.Terminal;

/// <summary>Lines that are written as they are. The console's own WriteLine breaks them at the terminal's width, and a broken path cannot be copied.</summary>
static class WholeLines
{
    public static void Line(this IAnsiConsole console, string text) => console.Profile.Out.Writer.WriteLine(text);
}
