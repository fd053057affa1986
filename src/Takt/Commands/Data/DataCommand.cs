using System.CommandLine;

namespace Takt.Commands.Data;

/// <summary><c>takt data</c>: datasets, and a look into a file before anything is learned from it.</summary>
static class DataCommand
{
    public static Command Create() => new("data", "Datasets, and what is in a file")
    {
        ListDatasets.Create(),
        ProfileData.Create(),
        ImportDataset.Create(),
    };
}
