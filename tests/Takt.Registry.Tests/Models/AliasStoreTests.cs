using Takt.Protocols.Problems;

namespace Takt.Registry.Tests.Models;

public sealed class AliasStoreTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-aliases-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Every_move_is_remembered_and_a_move_to_where_it_is_already_is_none()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Register.VersionAsync(registry, "a", aliases: ["champion"]);
        await Register.VersionAsync(registry, "b", aliases: ["challenger"]);
        registry.Aliases.Move("press", "champion", 2);
        registry.Aliases.Move("press", "champion", 2);
        registry.Aliases.Move("press", "champion", 1);
        registry.Aliases.Remove("press", "champion");

        var champion = registry.Aliases.History("press").Where(m => m.Alias == "champion").Select(m => (m.FromNumber, m.ToNumber));
        Assert.Equal([(null, 1), (1, 2), (2, 1), (1, null)], champion);
        Assert.Equal(["challenger"], registry.Models.Get("press").Aliases.Keys);
        Assert.Equal(5, registry.Audit.List().Count(e => e.Kind == "alias-moved"));
    }

    [Fact]
    public async Task Wrong_moves_are_told_and_change_nothing()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Register.VersionAsync(registry, "a", aliases: ["champion"]);
        string stamp = registry.Models.Stamp();

        Assert.Contains("no version 7", Assert.Throws<InputException>(() => registry.Aliases.Move("press", "champion", 7)).Message);
        Assert.Contains("alias 'The Best'", Assert.Throws<InputException>(() => registry.Aliases.Move("press", "The Best", 1)).Message);
        Assert.Contains("Did you mean 'champion'?", Assert.Throws<InputException>(() => registry.Aliases.Remove("press", "champoin")).Message);
        Assert.Contains("'champion' points to press:1", Assert.Throws<InputException>(() => registry.Models.Delete("press", 1)).Message);
        Assert.Equal(stamp, registry.Models.Stamp());
        Assert.Single(registry.Aliases.History("press"));
    }

    [Fact]
    public async Task A_deleted_version_cannot_be_named_and_deleting_it_again_is_told()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Register.VersionAsync(registry, "a");
        await Register.VersionAsync(registry, "b");
        registry.Models.Delete("press", 1);

        Assert.Throws<InputException>(() => registry.Aliases.Move("press", "champion", 1));
        Assert.Contains("has no version 1", Assert.Throws<InputException>(() => registry.Models.Delete("press", 1)).Message);
    }

    [Theory]
    [InlineData("Press Failure", "'press-failure' would do")]
    [InlineData("", "an empty model name")]
    [InlineData("-press", "'press' would do")]
    [InlineData("../escape", "'escape' would do")]
    public async Task Names_that_break_the_rule_are_refused_with_one_that_would_do(string name, string sentence)
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        Assert.Contains(sentence, (await Assert.ThrowsAsync<InputException>(() => Register.VersionAsync(registry, "a", name))).Message);
        Assert.Empty(registry.Models.List());
    }

    [Fact]
    public async Task The_stamp_changes_with_what_a_server_must_follow_and_with_nothing_else()
    {
        var (registry, other) = (ModelRegistry.Open(_home, TimeProvider.System), ModelRegistry.Open(_home, TimeProvider.System));
        string empty = registry.Models.Stamp();
        other.Runs.Begin("r", "press", "{}", "7", "f");
        other.Datasets.Add("press-data", "aa", 3, "{}", "/data/press.csv");
        Assert.Equal(empty, registry.Models.Stamp());

        var stamps = new List<string> { empty };
        await Register.VersionAsync(other, "a");
        stamps.Add(registry.Models.Stamp());
        other.Aliases.Move("press", "champion", 1);
        stamps.Add(registry.Models.Stamp());
        other.Aliases.Remove("press", "champion");
        stamps.Add(registry.Models.Stamp());
        other.Models.Delete("press", 1);
        stamps.Add(registry.Models.Stamp());
        Assert.Equal(5, stamps.Distinct().Count());
    }
}
