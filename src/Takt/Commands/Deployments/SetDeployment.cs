using System.CommandLine;
using System.Text.Json;
using Takt.Protocols.Deployments;
using Takt.Protocols.Problems;
using Takt.Terminal;

namespace Takt.Commands.Deployments;

/// <summary><c>takt deployments set</c></summary>
static class SetDeployment
{
    public static Command Create()
    {
        var model = DeploymentsCommand.Model();
        var file = new Argument<FileInfo>("FILE") { Description = "JSON as PUT /api/deployments/MODEL takes it; docs/serving.md describes it" };
        return new Command("set", "Say how a model is to be served") { model, file }.Does(async (context, stop) =>
        {
            var deployment = context.OpenRegistry().Deployments.Set(context.Get(model), await ReadAsync(context.Get(file), stop));
            return new Answer(deployment, console => console.Line($"{deployment.Model} is to be served so (revision {deployment.Revision})."));
        });
    }

    static async Task<DeploymentSpec> ReadAsync(FileInfo file, CancellationToken stop)
    {
        if (!file.Exists) throw new InputException($"no file {file}", "a JSON file that says how the model is to be served");
        try
        {
            return DeploymentJson.Read(await File.ReadAllBytesAsync(file.FullName, stop)) ?? throw new InputException("null", "an object", where: file.Name);
        }
        catch (JsonException error)
        {
            throw new InputException(error.Message.Split(" Path:")[0].TrimEnd('.'), "JSON as docs/serving.md describes it",
                where: error.LineNumber is { } line ? $"{file.Name} line {line + 1}" : file.Name);
        }
    }
}
