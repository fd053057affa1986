using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Takt.Compare.Serving;

/// <summary><c>serving</c>: Takt's doors beside FastAPI and Node.</summary>
static class ServingCommand
{
    static readonly JsonSerializerOptions s_indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Make(Option<string> repository, Option<string> shared, Option<bool> json)
    {
        var connections = new Option<int>("--connections") { Description = "Requests under way at once.", DefaultValueFactory = _ => 64 };
        var seconds = new Option<double>("--seconds") { Description = "How long each way is asked.", DefaultValueFactory = _ => 10 };
        var rounds = new Option<int>("--rounds") { Description = "How often all ways take their turn; the best of each counts.", DefaultValueFactory = _ => 2 };
        var command = new Command("serving", "Compares Takt's doors with FastAPI and PyTorch, and with Node and ONNX Runtime, on the model mlp; and ResNet-18 through the doors with its plan.") { connections, seconds, rounds };
        command.SetAction(arguments =>
        {
            string checkout = Path.GetFullPath(arguments.GetValue(repository)!);
            using var comparison = new ServingComparison(checkout, new Sides(checkout, arguments.GetValue(shared)!));
            foreach (string missing in comparison.Missing) Console.Error.WriteLine($"missing: {missing}");
            var doors = comparison.Doors(arguments.GetValue(connections), arguments.GetValue(seconds), arguments.GetValue(rounds));
            var (plan, binary, grpc) = comparison.Large(arguments.GetValue(seconds), arguments.GetValue(rounds));
            if (arguments.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(new { doors, large = new { planMs = plan, binaryMs = binary, grpcMs = grpc } }, s_indented));
            else Print(doors, plan, binary, grpc);
        });
        return command;
    }

    static void Print(IReadOnlyList<Served> doors, double plan, double binary, double grpc)
    {
        Console.WriteLine("| server | door | rows | answered/s | p50 ms | p99 ms | failed | Takt's JSON answers |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|--:|--:|");
        foreach (var s in doors)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {s.Server} | {s.Door} | {s.Rows} | {s.PerSecond:0} | {s.P50:0.00} | {s.P99:0.00} | {s.Failed} | {doors.First(t => t.Server == "Takt" && t.Door == "JSON" && t.Rows == s.Rows).PerSecond / s.PerSecond:0.00} × |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\nresnet18, one at a time: plan in a process of its own {plan:0.00} ms, binary REST {binary:0.00} ms ({(binary / plan) - 1:+0.0%;-0.0%}), gRPC {grpc:0.00} ms ({(grpc / plan) - 1:+0.0%;-0.0%})"));
    }
}
