using System.CommandLine;
using Takt.Demo;

namespace Takt.Commands;

/// <summary><c>takt serve</c></summary>
static class ServeCommand
{
    public static Command Create()
    {
        var urls = new Option<string[]>("--urls")
        {
            Description = "Addresses to listen on",
            HelpName = "URL",
            DefaultValueFactory = _ => [ServerOptions.DefaultUrl],
            AllowMultipleArgumentsPerToken = true,
        };
        var demo = new Option<bool>("--demo") { Description = "Add a simulated plant, train a model on it and watch its line" };
        var open = new Option<bool>("--allow-open") { Description = "Listen for other machines although there are no credentials: whoever reaches the address may use everything" };
        var jsonLog = new Option<bool>("--json-log") { Description = "Log lines as JSON" };
        return new Command("serve", "Serve every model over HTTP, with pages at the same address") { urls, demo, open, jsonLog }.Runs((context, stop) =>
        {
            var options = new ServerOptions
            {
                Home = context.Home,
                Urls = [.. context.Get(urls)!.SelectMany(u => u.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
                AllowOpen = context.Get(open),
                JsonLog = context.Get(jsonLog),
            };
            return Server.RunAsync(context.Get(demo) ? DemoPlant.AddTo(options) : options, stop);
        });
    }
}
