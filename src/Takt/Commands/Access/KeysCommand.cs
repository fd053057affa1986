using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Takt.Registry.Access;
using Takt.Terminal;

namespace Takt.Commands.Access;

/// <summary><c>takt keys</c>: the keys of programs.</summary>
static class KeysCommand
{
    public static Command Create()
    {
        var list = List();
        return new Command("keys", "The keys with which programs identify themselves") { Action = list.Action, Subcommands = { list, CreateKey(), Revoke() } };
    }

    static Command List() => new Command("list", "Every key without its secret, revoked and expired ones too").Does((context, _) =>
    {
        var keys = context.OpenRegistry().Keys.List();
        return Task.FromResult(new Answer(new { keys = keys.Select(Document) }, console =>
        {
            if (keys.Count == 0)
            {
                console.WriteLine("No key yet. Make one: takt keys create \"station 4\" --may predict");
                return;
            }

            var table = new Table().Border(TableBorder.Rounded).AddColumns("key", "for", "may", "models", "a minute", "until (UTC)");
            foreach (var key in keys)
                table.AddRow(key.Id, Markup.Escape(key.Name), key.Permissions.ToNames(), Markup.Escape(key.Models.ToString()), key.PerMinute?.ToString(CultureInfo.InvariantCulture) ?? "",
                    key.RevokedAt is not null ? "revoked" : key.ExpiresAt is { } end ? Figures.Minute(end) : "for good");
            console.Write(table);
        }));
    });

    static Command CreateKey()
    {
        var name = new Argument<string>("NAME") { Description = "What it is for, such as \"station 4\"" };
        var may = new Option<string>("--may") { Description = $"What it may do, of {string.Join(", ", PermissionNames.All)}", DefaultValueFactory = _ => "predict" };
        var models = new Option<string>("--models") { Description = "Models it may use: names in which * stands for any text", DefaultValueFactory = _ => "*" };
        var days = new Option<int?>("--days") { Description = "How long it is valid; default: for good" };
        var perMinute = new Option<int?>("--per-minute") { Description = "Requests a minute at most; default: no limit" };
        return new Command("create", "Make a key; it is shown this once") { name, may, models, days, perMinute }.Does((context, _) =>
        {
            var (key, text) = context.OpenRegistry().Keys.Create(
                context.Get(name), PermissionNames.ParsePermissions(context.Get(may)!), ModelPatterns.Parse(context.Get(models)!),
                context.Get(days) is { } lifetime ? TimeSpan.FromDays(lifetime) : null, context.Get(perMinute));
            return Task.FromResult(new Answer(new { key = text, about = Document(key) }, console =>
            {
                console.Line(text);
                console.Line("Copy it now: it is kept nowhere. Programs send it as 'Authorization: Bearer KEY'.");
            }));
        });
    }

    static Command Revoke()
    {
        var key = new Argument<string>("KEY") { Description = "The key's id, as 'takt keys' shows it" };
        return new Command("revoke", "Take a key back, for good") { key }.Does((context, _) =>
        {
            string id = context.Get(key);
            context.OpenRegistry().Keys.Revoke(id);
            return Task.FromResult(new Answer(new { id, revoked = true }, console => console.Line($"{id} is worth nothing any more; servers follow within a second.")));
        });
    }

    static object Document(ApiKey key) => new
    {
        id = key.Id, name = key.Name, permissions = key.Permissions.ToNames(), models = key.Models.ToString(), perMinute = key.PerMinute,
        createdAt = key.CreatedAt, expiresAt = key.ExpiresAt, revokedAt = key.RevokedAt,
    };
}
