using System.CommandLine;
using System.Text;
using Spectre.Console;
using Takt.Protocols.Problems;
using Takt.Registry.Access;
using Takt.Terminal;

namespace Takt.Commands.Access;

/// <summary><c>takt users</c>: the people who may sign in.</summary>
static class UsersCommand
{
    public static Command Create()
    {
        var list = List();
        return new Command("users", "The people who may sign in") { Action = list.Action, Subcommands = { list, Add(), ChangePassword(), ChangeRole(), Remove() } };
    }

    static Command List() => new Command("list", "Everyone, with their roles").Does((context, _) =>
    {
        var accounts = context.OpenRegistry().Accounts.List();
        return Task.FromResult(new Answer(new { users = accounts.Select(a => new { name = a.Name, role = a.Role.ToName(), createdAt = a.CreatedAt }) }, console =>
        {
            if (accounts.Count == 0)
            {
                console.WriteLine("Nobody: a server for this machine alone asks nobody who they are. Add somebody: takt users add NAME --role admin");
                return;
            }

            var table = new Table().Border(TableBorder.Rounded).AddColumns("name", "role", "since (UTC)");
            foreach (var account in accounts) table.AddRow(Markup.Escape(account.Name), account.Role.ToName(), Figures.Minute(account.CreatedAt));
            console.Write(table);
        }));
    });

    static Command Add()
    {
        var (name, password, role) = (NameArgument(), new PasswordOption(), RoleOption());
        return new Command("add", "Add somebody; from the first account on everyone signs in") { name, password.Option, role }.Does((context, _) =>
        {
            var chosen = PermissionNames.ParseRole(context.Get(role)!);
            string who = context.Get(name);
            context.OpenRegistry().Accounts.Add(who, password.Read(context), chosen);
            return Task.FromResult(new Answer(new { name = who, role = chosen.ToName() }, console => console.Line($"{who} may sign in as {chosen.ToName()}.")));
        });
    }

    static Command ChangePassword()
    {
        var (name, password) = (NameArgument(), new PasswordOption());
        return new Command("password", "Give somebody another password; their sign-ins end") { name, password.Option }.Does((context, _) =>
        {
            string who = context.Get(name);
            context.OpenRegistry().Accounts.ChangePassword(who, password.Read(context));
            return Task.FromResult(new Answer(new { name = who, changed = "password" }, console => console.Line($"{who} has another password.")));
        });
    }

    static Command ChangeRole()
    {
        var (name, role) = (NameArgument(), new Argument<string>("ROLE") { Description = string.Join(", ", PermissionNames.Roles) });
        return new Command("role", "Give somebody another role; their sign-ins end") { name, role }.Does((context, _) =>
        {
            var (who, chosen) = (context.Get(name), PermissionNames.ParseRole(context.Get(role)));
            context.OpenRegistry().Accounts.ChangeRole(who, chosen);
            return Task.FromResult(new Answer(new { name = who, role = chosen.ToName() }, console => console.Line($"{who} is {chosen.ToName()} now.")));
        });
    }

    static Command Remove()
    {
        var name = NameArgument();
        return new Command("remove", "Remove somebody; their sign-ins end") { name }.Does((context, _) =>
        {
            string who = context.Get(name);
            context.OpenRegistry().Accounts.Remove(who);
            return Task.FromResult(new Answer(new { name = who, removed = true }, console => console.Line($"{who} is removed.")));
        });
    }

    static Argument<string> NameArgument() => new("NAME") { Description = "The name to sign in with" };

    static Option<string> RoleOption() => new("--role") { Description = string.Join(", ", PermissionNames.Roles), DefaultValueFactory = _ => Role.Viewer.ToName() };

    /// <summary>Passwords do not belong on a command line, where every user of the machine can read them.</summary>
    sealed class PasswordOption
    {
        public Option<string?> Option { get; } = new("--password-file") { Description = "File that holds the password; - reads it from stdin; default: asked for", HelpName = "FILE" };

        public string Read(CommandContext context)
        {
            if (context.Get(Option) is not { } file) return Ask(context);
            if (file == "-") return (Console.In.ReadLine() ?? "").TrimEnd('\r');
            return File.Exists(file) ? File.ReadAllText(file, Encoding.UTF8).TrimEnd('\r', '\n') : throw new InputException($"no file '{file}'", "a file that holds the password");
        }

        static string Ask(CommandContext context) => context.Terminal.Progress.Profile.Out.IsTerminal
            ? context.Terminal.Progress.Prompt(new TextPrompt<string>("Password:").Secret())
            : throw new InputException("no password", "one on a terminal, or in a file", "--password-file FILE, or --password-file - to read it from stdin");
    }
}
