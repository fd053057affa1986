using System.Text;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.CommandLine;

/// <summary>Wrong input gets its sentence and exit code 2, and the registry stays whole.</summary>
public sealed class BadInputTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Files => new()
    {
        { "", "y", "empty" },
        { "x,y\n", "y", "no row" },
        { "x;y\n1;0\n2;1\n", "z", "'z'" },
        { "x,y\n1,5\n2,5\n3,5\n4,5\n5,5\n6,5\n7,5\n8,5\n9,5\n10,5\n", "y", "5" },
        { "x,y\n1,a\n2,a\n3,a\n4,a\n5,a\n6,a\n7,a\n8,a\n9,a\n10,a\n", "y", "class" },
        { "x,x,y\n1,2,0\n3,4,1\n", "y", "'x'" },
        { "x,y\n1,0\ninf,1\n3,0\n4,1\n", "y", "inf" },
        { "x,y\n1,0\n2,1,7\n", "y", "line 3" },
    };

    [Theory, MemberData(nameof(Files))]
    public async Task A_wrong_file_is_told_with_what_was_found(string content, string target, string said)
    {
        _folder.Write("data.csv", content);
        await Refused(["train", "--data", "data.csv", "--target", target, "--name", "m"], said);
    }

    [Fact]
    public Task A_missing_file_is_told() => Refused(["train", "--data", "nowhere.csv", "--target", "y", "--name", "m"], "nowhere.csv");

    [Fact]
    public async Task A_table_in_another_encoding_is_told_with_the_place()
    {
        await File.WriteAllBytesAsync(_folder["data.csv"], [.. "x,y\n1,"u8, 0xE4, 0xFF, .. "\n2,b\n"u8]);
        await Refused(["train", "--data", "data.csv", "--target", "y", "--name", "m"], "UTF-8");
    }

    [Fact]
    public async Task A_feature_without_any_value_is_left_out_and_told()
    {
        var rows = new StringBuilder("x,empty,y\n");
        for (int i = 0; i < 200; i++) rows.Append(i % 17).Append(",,").Append(i % 17 > 8 ? 1 : 0).Append('\n');
        _folder.Write("data.csv", rows.ToString());
        var outcome = await TaktProgram.RunAsync(_folder.Path, "train", "--data", "data.csv", "--target", "y", "--name", "m", "--epochs", "2", "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains("empty", outcome.Json["notes"]!.ToJsonString());
    }

    [Fact]
    public async Task Every_mistake_in_a_spec_is_told_at_once_with_the_nearest_right_key()
    {
        _folder.Write("spec.yaml", """
            name: press
            data: { file: line.csv, taget: Fault }
            model: { family: dens }
            train: { epohcs: 5, rate: -1 }
            """);
        var outcome = await Refused(["train", "spec.yaml"], "line 4");
        foreach (string suggestion in new[] { "target", "dense", "epochs", "rate" }) Assert.Contains(suggestion, outcome.Error);
    }

    [Fact]
    public async Task A_line_without_end_is_refused_before_it_fills_the_memory()
    {
        await using (var file = File.Create(_folder["data.csv"]))
        {
            file.Write("x,y\n1,0\n"u8);
            byte[] digits = [.. Enumerable.Repeat((byte)'7', 1 << 20)];
            for (int megabyte = 0; megabyte < 64; megabyte++) file.Write(digits);
        }

        await Refused(["train", "--data", "data.csv", "--target", "y", "--name", "m"], "line 3");
    }

    [Fact]
    public async Task A_taken_port_is_told()
    {
        using var first = await TaktServer.StartAsync(_folder.Path);
        var outcome = await TaktProgram.RunAsync(_folder.Path, "serve", "--urls", first.Address.ToString());
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("listens", outcome.Error);
    }

    [Theory]
    [InlineData("predict", "nothing", "--data", "x.csv")]
    [InlineData("models", "show", "nothing")]
    [InlineData("models", "promote", "nothing:1", "champion")]
    [InlineData("models", "delete", "nothing:1")]
    [InlineData("trian", "spec.yaml")]
    public Task A_name_that_is_not_there_is_told(params string[] words) => Refused(words, "");

    async Task<Outcome> Refused(string[] words, string said)
    {
        var outcome = await TaktProgram.RunAsync(_folder.Path, words);
        Assert.True(outcome.ExitCode == 2, $"exit code {outcome.ExitCode}: {outcome.Error}");
        Assert.Contains(said, outcome.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at Takt.", outcome.Error);
        var models = await TaktProgram.RunAsync(_folder.Path, "models", "list", "--json");
        Assert.Equal(0, models.ExitCode);
        Assert.Empty(models.Json["models"]!.AsArray());
        return outcome;
    }
}
