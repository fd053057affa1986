using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Compare;
using Takt.Compare.Serving;

// Runs the workloads on Takt, PyTorch and ONNX Runtime in one go and prints how they compare.
//   dotnet run -c Release --project bench/Takt.Compare -- --threads 1,2 --rounds 3
var threads = new Option<string>("--threads") { Description = "Numbers of threads, with commas between.", DefaultValueFactory = _ => "2,1" };
var seconds = new Option<double>("--seconds") { Description = "How long each workload is measured.", DefaultValueFactory = _ => 2 };
var rounds = new Option<int>("--rounds") { Description = "How often all sides take their turn; the shortest median of each counts.", DefaultValueFactory = _ => 1 };
var only = new Option<string>("--only") { Description = "Workloads, with commas between; all by default.", DefaultValueFactory = _ => "" };
var shared = new Option<string>("--shared") { Description = "Folder whose bench/ holds the peers' scripts.", Recursive = true, DefaultValueFactory = _ => Environment.GetEnvironmentVariable("TAKT_SHARED") ?? "../shared" };
var repository = new Option<string>("--repository") { Description = "The checkout.", Recursive = true, DefaultValueFactory = _ => "." };
var json = new Option<bool>("--json") { Description = "One JSON document on stdout.", Recursive = true };
var command = new RootCommand("Compares Takt with PyTorch and ONNX Runtime.") { threads, seconds, rounds, only, shared, repository, json };
command.Subcommands.Add(ServingCommand.Make(repository, shared, json));
command.Subcommands.Add(PromisesCommand.Make(repository, shared));

command.SetAction(arguments =>
{
    var found = new Sides(Path.GetFullPath(arguments.GetValue(repository)!), arguments.GetValue(shared)!);
    var sides = found.Find();
    foreach (string missing in found.Missing) Console.Error.WriteLine($"missing: {missing}");
    var measured = sides.ToDictionary(side => side.Name, _ => new List<Measurement>());
    double before = Load();
    for (int round = 1; round <= arguments.GetValue(rounds); round++)
        foreach (int count in arguments.GetValue(threads)!.Split(',').Select(t => int.Parse(t, CultureInfo.InvariantCulture)))
            foreach (var side in sides)
            {
                Console.Error.WriteLine(FormattableString.Invariant($"round {round}, {count} threads: {side.Name} (load {Load():0.0})"));
                measured[side.Name].AddRange(side.Run(count, arguments.GetValue(seconds), arguments.GetValue(only)!));
            }

    var comparison = new Comparison(measured);
    double after = Load();
    if (arguments.GetValue(json))
    {
        var document = comparison.ToJson();
        document["load"] = new JsonArray(before, after);
        document["missing"] = new JsonArray([.. found.Missing.Select(m => JsonValue.Create(m))]);
        Console.WriteLine(document.ToString());
    }
    else
    {
        comparison.Print(Console.Out);
        Console.WriteLine(FormattableString.Invariant($"\nLoad average before and after: {before:0.0}, {after:0.0} on {Environment.ProcessorCount} cores."));
    }
});

return command.Parse(args).Invoke();

// How many programs wanted a core in the last minute; 0 where the system does not tell.
static double Load() => File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : 0;
