using System.CommandLine;
using System.Globalization;
using Takt.Commands;
using Takt.Commands.Access;
using Takt.Commands.Data;
using Takt.Commands.Deployments;
using Takt.Commands.Models;
using Takt.Commands.Replays;

// Numbers read and write alike on every machine; pages translate words, not numbers.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

return await CommandRunner.RunAsync(new RootCommand("Takt: models for the factory, from the plant's data to the decision, in one process.")
{
    ServeCommand.Create(),
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    PredictCommand.Create(),
    ModelsCommand.Create(),
    DeploymentsCommand.Create(),
    ReplayCommand.Create(),
    DataCommand.Create(),
    UsersCommand.Create(),
    KeysCommand.Create(),
    AuditCommand.Create(),
    BenchCommand.Create(),
    DoctorCommand.Create(),
    GlobalOptions.Home,
    GlobalOptions.Json,
    GlobalOptions.Trace,
}, args);
