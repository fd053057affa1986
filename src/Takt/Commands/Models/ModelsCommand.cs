using System.CommandLine;

namespace Takt.Commands.Models;

/// <summary><c>takt models</c>: what the registry holds.</summary>
static class ModelsCommand
{
    /// <summary>Without a further word it lists.</summary>
    static readonly Command List = ListModels.Create();

    public static Command Create() => new("models", "Models, their versions and aliases")
    {
        Action = List.Action,
        Subcommands = { List, ShowModel.Create(), PromoteModel.Create(), ImportModel.Create(), ExportModel.Create(), QuantiseModel.Create(), VerifyModel.Create(), ConformModel.Create(), DeleteModel.Create() },
    };

    /// <summary>The argument of commands that work on one version.</summary>
    public static Argument<string> Model() => new("MODEL") { Description = "NAME, NAME@ALIAS or NAME:VERSION; a bare name means the champion, else the newest" };
}
