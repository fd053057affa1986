using System.CommandLine;

namespace Takt.Commands.Data;

/// <summary><c>takt data</c>: datasets, and a look into a file before anything is learned from it.</summary>
static class DataCommand
{
    /// <summary>Without a further word it lists.</summary>
    static readonly Command List = ListDatasets.Create();

    public static Command Create() => new("data", "Datasets, and what is in a file")
    {
        Action = List.Action,
        Subcommands = { List, ProfileData.Create(), ImportDataset.Create() },
    };
}
