using System.CommandLine;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Terminal;

namespace Takt.Commands.Models;

/// <summary><c>takt models promote</c></summary>
static class PromoteModel
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL:VERSION") { Description = "The version the alias is to point to" };
        var alias = new Argument<string>("ALIAS") { Description = "champion, challenger or a label of your own" };
        return new Command("promote", "Let an alias point to a version; servers follow within seconds") { model, alias }.Does((context, _) =>
        {
            var reference = ModelReference.Parse(context.Get(model));
            if (reference is { Version: null, Alias: null })
                throw new InputException($"'{reference.Name}' without a version", "MODEL:VERSION", $"See 'takt models show {reference.Name}'");
            var registry = context.OpenRegistry();
            var version = registry.Models.Resolve(reference);
            string label = context.Get(alias);
            registry.Aliases.Move(version.Name, label, version.Number);
            return Task.FromResult(new Answer(new { model = version.Name, version = version.Number, alias = label },
                console => console.Line($"{version.Name}@{label} is now version {version.Number}.")));
        });
    }
}
