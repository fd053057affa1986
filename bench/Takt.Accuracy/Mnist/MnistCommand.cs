using System.CommandLine;
using System.Globalization;

namespace Takt.Accuracy.Mnist;

/// <summary>The digits of MNIST learned by Takt and by PyTorch from the same weights and batches.</summary>
static class MnistCommand
{
    /// <summary>What one epoch and five should reach.</summary>
    const double GoalOfOne = 0.975, GoalOfFive = 0.985;

    public static Command Create(Option<string> shared)
    {
        var seeds = new Option<int>("--seeds") { Description = "Trainings, each from other weights and in another order.", DefaultValueFactory = _ => 3 };
        var epochs = new Option<int[]>("--epochs") { Description = "How long to train; 1 and 5 by default.", DefaultValueFactory = _ => [1, 5], AllowMultipleArgumentsPerToken = true };
        var command = new Command("mnist", "Trains mnist-cnn beside PyTorch where it is installed.") { seeds, epochs };
        command.SetAction(arguments => Run(Path.Combine(arguments.GetValue(shared)!, "data", "mnist"), arguments.GetValue(seeds), arguments.GetValue(epochs)!, Console.Out));
        return command;
    }

    static void Run(string data, int seeds, int[] lengths, TextWriter output)
    {
        Digits train = Digits.Read(data, "train"), test = Digits.Read(data, "t10k");
        var peer = Peer.Find();
        if (peer is null) output.WriteLine("PyTorch is not here (apt-get install python3-torch): Takt alone.");
        output.WriteLine("| epochs | rate | seed | Takt, test % | PyTorch, test % | loss curves apart | of two seeds |");
        output.WriteLine("|--:|---|--:|--:|--:|--:|--:|");
        foreach (var (epochs, rate, decays) in lengths.SelectMany(e => new[] { (e, 1e-3f, false), (e, 4e-3f, true) }))
        {
            var curves = new List<Curve>();
            var others = new List<Curve>();
            for (ulong seed = 1; seed <= (ulong)seeds; seed++)
            {
                string start = Directory.CreateTempSubdirectory("takt-mnist").FullName;
                var training = new DigitTraining(train.Count, epochs, seed);
                training.Write(start);
                curves.Add(training.Run(train, test, rate, decays));
                if (peer is not null) others.Add(peer.Train(data, start, epochs, rate, decays));
                Directory.Delete(start, recursive: true);
                output.WriteLine(Invariant($"| {epochs} | {rate}{(decays ? " falling to 0" : "")} | {seed} | {100 * curves[^1].Accuracies[^1]:0.00} | {(peer is null ? "–" : Invariant($"{100 * others[^1].Accuracies[^1]:0.00}"))} | {(peer is null ? "–" : Invariant($"{100 * curves[^1].DistanceTo(others[^1]):0.00} %"))} | {(seed == 1 ? "" : Invariant($"{100 * curves[^1].DistanceTo(curves[^2]):0.0} %"))} |"));
            }

            double mean = curves.Average(c => c.Accuracies[^1]), goal = epochs < 5 ? GoalOfOne : GoalOfFive;
            output.WriteLine(Invariant($"| {epochs} | {rate}{(decays ? " falling to 0" : "")} | mean | **{100 * mean:0.00}** (goal {100 * goal:0.0}: {(mean >= goal ? "reached" : "MISSED")}) | {(peer is null ? "–" : Invariant($"{100 * others.Average(c => c.Accuracies[^1]):0.00}"))} | | |"));
        }
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
