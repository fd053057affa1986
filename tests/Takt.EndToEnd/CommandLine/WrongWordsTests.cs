using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.CommandLine;

/// <summary>Words that are no words, homes that are no homes, addresses that are none: a sentence, exit code 2, no stack trace.</summary>
public sealed class WrongWordsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("trian spec.yaml", "Did you mean 'train'?")]
    [InlineData("models shwo", "Did you mean 'show'?")]
    [InlineData("train --targt y", "Did you mean '--target'?")]
    [InlineData("train --epochs many", "'many' for --epochs; expected a whole number")]
    [InlineData("predict", "'--data' is required")]
    [InlineData("models list --home a-file", "a-file cannot be a home folder")]
    [InlineData("serve --urls http://127.0.0.1:99999", "http://127.0.0.1:99999")]
    [InlineData("serve --urls http://192.0.2.1:7070 --allow-open --demo", "cannot listen on http://192.0.2.1:7070")]
    public async Task A_mistake_is_told_with_the_nearest_right_word(string words, string said)
    {
        _folder.Write("a-file", "");
        var outcome = await TaktProgram.RunAsync(_folder.Path, [.. words.Split(' '), "--json"]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(said, outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error);
        Assert.NotEmpty(outcome.Json["problems"]!.AsArray());
    }

    [Fact]
    public async Task A_pipe_gets_no_colours_and_a_group_of_commands_lists()
    {
        var doctor = await TaktProgram.RunAsync(_folder.Path, "doctor");
        Assert.DoesNotContain('\u001b', doctor.Output);
        var models = await TaktProgram.RunAsync(_folder.Path, "models", "--json");
        Assert.Empty(models.Json["models"]!.AsArray());
    }
}
