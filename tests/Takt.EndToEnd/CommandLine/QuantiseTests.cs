using System.Text;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.CommandLine;

/// <summary>takt models quantise: a smaller version beside the old one, with what it costs.</summary>
public sealed class QuantiseTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_version_becomes_smaller_and_its_accuracy_before_and_after_is_told()
    {
        var rows = new StringBuilder("x,z,y\n");
        for (int i = 0; i < 400; i++) rows.Append(i % 17).Append(',').Append(i % 5).Append(',').Append((i % 17) + (i % 5) > 10 ? 1 : 0).Append('\n');
        _folder.Write("data.csv", rows.ToString());
        var trained = await TaktProgram.RunAsync(_folder.Path, "train", "--data", "data.csv", "--target", "y", "--name", "m", "--epochs", "20", "--json");
        Assert.True(trained.ExitCode == 0, trained.Error);

        foreach (string[] flags in (string[][])[[], ["--weights-only"], ["--type", "float16"]])
        {
            var made = await TaktProgram.RunAsync(_folder.Path, ["models", "quantise", "m:1", "--data", "data.csv", "--json", .. flags]);
            Assert.True(made.ExitCode == 0, made.Error);
            Assert.True((long)made.Json["bytes"]!["after"]! < (long)made.Json["bytes"]!["before"]!);
            double before = (double)made.Json["metrics"]!["before"]!["accuracy"]!["value"]!, after = (double)made.Json["metrics"]!["after"]!["accuracy"]!["value"]!;
            Assert.InRange(after, before - 0.02, 1);
            var verified = await TaktProgram.RunAsync(_folder.Path, "models", "verify", $"m:{made.Json["version"]}", "--json");
            Assert.True((bool)verified.Json["passed"]!);
        }

        await CheckImportedAsync();
        Assert.Equal(4, (await TaktProgram.RunAsync(_folder.Path, "models", "--json")).Json["models"]!.AsArray().First(m => (string)m!["name"]! == "m")!["versions"]!.AsArray().Count);
    }

    /// <summary>The same network as a graph alone: no rows, no truth, so its answers before and after are compared.</summary>
    async Task CheckImportedAsync()
    {
        await TaktProgram.RunAsync(_folder.Path, "models", "export", "m:1", "--out", "m.onnx");
        var imported = await TaktProgram.RunAsync(_folder.Path, "models", "import", "m.onnx", "--name", "net", "--json");
        Assert.True(imported.ExitCode == 0, imported.Error);
        _folder.Write("request.json", imported.Json["sample"]!.ToJsonString());
        var made = await TaktProgram.RunAsync(_folder.Path, "models", "quantise", "net", "--data", "request.json", "--json");
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.InRange((double)made.Json["changes"]![0]!["greatestDifference"]!, 1e-9, 0.05);
        Assert.True((bool)(await TaktProgram.RunAsync(_folder.Path, "models", "verify", "net:2", "--json")).Json["passed"]!);
    }

    [Theory]
    [InlineData("models quantise nobody --data data.csv", "nobody")]
    [InlineData("models quantise nobody --data data.csv --type int4", "'int4'; expected int8, float16, bfloat16")]
    [InlineData("models quantise nobody", "'--data' is required")]
    public async Task What_is_wrong_is_told(string words, string said)
    {
        _folder.Write("data.csv", "x,y\n1,0\n");
        var outcome = await TaktProgram.RunAsync(_folder.Path, [.. words.Split(' '), "--json"]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(said, outcome.Error);
    }
}
