using System.Globalization;
using System.Text;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.CommandLine;

/// <summary>A registered model is trained further on rows from after a change, as the next version.</summary>
public sealed class FineTuningTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_registered_model_goes_on_from_what_it_knows_and_becomes_the_next_version()
    {
        WriteRows("old.csv", hotterIsWorse: true, seed: 1);
        WriteRows("new.csv", hotterIsWorse: false, seed: 2);
        _folder.Write("first.yaml", "name: press\ndata: { file: old.csv, target: failed }\nmodel: { layers: [16] }\ntrain: { epochs: 30, batch: 32, rate: 0.01 }\n");
        _folder.Write("further.yaml", "name: press\ndata: { file: new.csv, target: failed }\nmodel: { from: press@champion, train: { last: 2 } }\ntrain: { epochs: 20, batch: 32, rate: 0.01 }\n");
        Assert.Equal(0, (await TaktProgram.RunAsync(_folder.Path, "train", "first.yaml", "--json")).ExitCode);
        Assert.Equal(0, (await TaktProgram.RunAsync(_folder.Path, "models", "promote", "press:1", "champion", "--json")).ExitCode);
        double before = Auc((await TaktProgram.RunAsync(_folder.Path, "evaluate", "press:1", "--data", "new.csv", "--json")).Json["metrics"]!["rocAuc"]!);

        var further = await TaktProgram.RunAsync(_folder.Path, "train", "further.yaml", "--json");
        Assert.True(further.ExitCode == 0, further.Error);
        Assert.Equal(2, (int)further.Json["version"]!);
        Assert.Contains("prepared as press:1 was", further.Json["notes"]!.AsArray().Select(n => (string)n!));
        Assert.InRange(before, 0, 0.8);
        Assert.InRange(Auc(further.Json["metrics"]!["test"]!["rocAuc"]!), 0.95, 1);
        Assert.True((bool)(await TaktProgram.RunAsync(_folder.Path, "models", "verify", "press:2", "--json")).Json["passed"]!);
    }

    [Fact]
    public async Task A_model_that_is_not_registered_is_told()
    {
        WriteRows("new.csv", hotterIsWorse: false, seed: 2);
        _folder.Write("further.yaml", "name: press\ndata: { file: new.csv, target: failed }\nmodel: { from: pres:1 }\n");
        var outcome = await TaktProgram.RunAsync(_folder.Path, "train", "further.yaml", "--json");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("no model 'pres'", outcome.Error);
    }

    static double Auc(System.Text.Json.Nodes.JsonNode metric) => (double)metric["value"]!;

    void WriteRows(string file, bool hotterIsWorse, int seed)
    {
        var rows = new StringBuilder("pressure,temperature,failed\n");
        for (int i = 0; i < 500; i++)
        {
            double pressure = (((i * 37) + seed) % 101 / 25.0) - 2, temperature = (((i * 61) + (7 * seed)) % 97 / 24.0) - 2;   // a lattice that fills the plane
            rows.Append(CultureInfo.InvariantCulture, $"{100 + (10 * pressure):F2},{60 + (5 * temperature):F2},{(pressure + (hotterIsWorse ? temperature : -temperature) > 1 ? 1 : 0)}\n");
        }

        _folder.Write(file, rows.ToString());
    }
}
