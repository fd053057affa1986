using System.Globalization;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.CommandLine;

public class ResumeTests
{
    [Fact]
    public async Task A_killed_training_goes_on_to_the_same_weights_as_one_that_was_left_alone()
    {
        using var folder = new TemporaryFolder();
        Plant.WriteHistory(folder);
        Plant.WriteSpec(folder, epochs: 30);

        for (int kill = 0; kill < 2; kill++)
        {
            using var running = TaktProgram.Start(folder.Path, "train", "spec.yaml", "--home", "killed", "--json");
            string epoch = string.Create(CultureInfo.InvariantCulture, $"epoch {5 + kill * 8}/30");
            await running.UntilAsync(p => p.Error.Contains(epoch), $"it reaches {epoch}");
            running.Kill();
        }

        var resumed = await TaktProgram.RunAsync(folder.Path, "train", "spec.yaml", "--home", "killed", "--json");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Contains("Going on with run", resumed.Error);
        Assert.DoesNotContain("epoch 5/30", resumed.Error);
        var whole = await TaktProgram.RunAsync(folder.Path, "train", "spec.yaml", "--home", "whole", "--json");
        Assert.True(whole.ExitCode == 0, whole.Error);

        Assert.Equal(await Network(folder, "whole"), await Network(folder, "killed"));
    }

    static async Task<byte[]> Network(TemporaryFolder folder, string home)
    {
        var exported = await TaktProgram.RunAsync(folder.Path, "models", "export", "line-fault:1", "--out", $"{home}.onnx", "--home", home);
        Assert.True(exported.ExitCode == 0, exported.Error);
        return await File.ReadAllBytesAsync(folder[$"{home}.onnx"]);
    }
}
