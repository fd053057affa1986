using System.Globalization;
using System.Text.RegularExpressions;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.CommandLine;

public partial class ResumeTests
{
    /// <summary>Seconds of work on the fastest machine, where an epoch takes two milliseconds: progress is told ten times a second, and the kill comes after it.</summary>
    const int Epochs = 3000;

    [Fact]
    public async Task A_killed_training_goes_on_to_the_same_weights_as_one_that_was_left_alone()
    {
        using var folder = new TemporaryFolder();
        Plant.WriteHistory(folder);
        Plant.WriteSpec(folder, Epochs);

        foreach (int epoch in new[] { 20, 90 })
        {
            using var running = TaktProgram.Start(folder.Path, "train", "spec.yaml", "--home", "killed", "--json");
            await running.UntilAsync(p => EpochsTold(p.Error).Any(told => told >= epoch), $"it reaches epoch {epoch}");
            running.Kill();
        }

        var resumed = await TaktProgram.RunAsync(folder.Path, "train", "spec.yaml", "--home", "killed", "--json");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Contains("Going on with run", resumed.Error);
        Assert.All(EpochsTold(resumed.Error), told => Assert.True(told >= 90, $"epoch {told} was trained again"));
        var whole = await TaktProgram.RunAsync(folder.Path, "train", "spec.yaml", "--home", "whole", "--json");
        Assert.True(whole.ExitCode == 0, whole.Error);

        Assert.Equal(await Network(folder, "whole"), await Network(folder, "killed"));
    }

    /// <summary>The epochs that the progress lines name, in their order.</summary>
    static IEnumerable<int> EpochsTold(string lines) => EpochLine().Matches(lines).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));

    static async Task<byte[]> Network(TemporaryFolder folder, string home)
    {
        var exported = await TaktProgram.RunAsync(folder.Path, "models", "export", "line-fault:1", "--out", $"{home}.onnx", "--home", home);
        Assert.True(exported.ExitCode == 0, exported.Error);
        return await File.ReadAllBytesAsync(folder[$"{home}.onnx"]);
    }

    [GeneratedRegex(@"epoch (\d+)/")]
    private static partial Regex EpochLine();
}
