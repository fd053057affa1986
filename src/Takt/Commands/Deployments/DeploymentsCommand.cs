using System.CommandLine;

namespace Takt.Commands.Deployments;

/// <summary><c>takt deployments</c>: how models are to be served. Servers of the same home follow within a second.</summary>
static class DeploymentsCommand
{
    /// <summary>Without a further word it lists.</summary>
    static readonly Command List = ListDeployments.Create();

    public static Command Create() => new("deployments", "How models are to be served: versions, traffic, limits")
    {
        Action = List.Action,
        Subcommands =
        {
            List, SetDeployment.Create(),
            Change("start", "Serve a model", (deployments, model) => Active(deployments.SetActive(model, true).Revision, $"{model} is to be served.")),
            Change("stop", "Unload a model and refuse its calls", (deployments, model) => Active(deployments.SetActive(model, false).Revision, $"{model} is not to be served.")),
            Change("rollback", "Take back the last change of which version answers", (deployments, model) => deployments.RollBack(model) + "."),
            Change("clear", "Serve a model on demand again, as if nothing had been said", (deployments, model) => Active(deployments.Set(model, null).Revision, $"{model} is served on demand.")),
        },
    };

    /// <summary>The argument of commands that work on one model.</summary>
    public static Argument<string> Model() => new("MODEL") { Description = "The model's name" };

    static Command Change(string word, string description, Func<Registry.Deployments.DeploymentStore, string, string> change)
    {
        var model = Model();
        return new Command(word, description) { model }.Does((context, _) =>
        {
            string name = context.Get(model), done = change(context.OpenRegistry().Deployments, name);
            return Task.FromResult(new Terminal.Answer(new { model = name, done }, console => Terminal.WholeLines.Line(console, done)));
        });
    }

    static string Active(int revision, string sentence) => $"{sentence} (revision {revision})";
}
