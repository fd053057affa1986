using System.CommandLine;

namespace Takt.Compare.Serving;

/// <summary><c>promises</c>: what serving promises when versions change and when too much is asked.</summary>
static class PromisesCommand
{
    public static Command Make(Option<string> repository, Option<string> shared)
    {
        var only = new Option<string[]>("--only") { Description = "round-trip, swap, overload or reload; all by default.", DefaultValueFactory = _ => ["round-trip", "swap", "overload", "reload"] };
        only.AcceptOnlyFromAmong("round-trip", "swap", "overload", "reload");
        var command = new Command("promises", "Measures what serving promises: the round trip of a row, a swap under load, overload, and loading and unloading again and again. Takes eleven minutes.") { only };
        command.SetAction(arguments =>
        {
            string[] wanted = arguments.GetValue(only)!;
            string checkout = Path.GetFullPath(arguments.GetValue(repository)!);
            using var promises = new Promises(checkout, new Sides(checkout, arguments.GetValue(shared)!), Console.Out);
            if (wanted.Contains("round-trip")) promises.RoundTrip();
            if (wanted.Contains("swap")) promises.Swap();
            if (wanted.Contains("overload")) promises.Overload();
            if (wanted.Contains("reload")) promises.Reload();
        });
        return command;
    }
}
