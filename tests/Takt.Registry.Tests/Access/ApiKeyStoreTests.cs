using Takt.Protocols.Problems;
using Takt.Registry.Access;

namespace Takt.Registry.Tests.Access;

public sealed class ApiKeyStoreTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-keys-").FullName;
    readonly ModelRegistry _registry;

    public ApiKeyStoreTests() => _registry = ModelRegistry.Open(_home, TimeProvider.System);

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void A_key_is_known_by_its_text_until_it_expires_or_is_taken_back()
    {
        var (made, text) = _registry.Keys.Create("station 4", Permissions.Predict | Permissions.Read, ModelPatterns.Parse("press-*, oven"), TimeSpan.FromDays(30), 600);
        var (id, secret) = ApiKeySecret.Parse(text)!.Value;
        var found = Assert.Single(_registry.Keys.List());
        Assert.Equal((made.Id, Permissions.Predict | Permissions.Read, "press-* oven", 600), (found.Id, found.Permissions, found.Models.ToString(), found.PerMinute));
        Assert.Equal(id, found.Id);
        Assert.True(found.Matches(secret));
        Assert.False(found.Matches(secret[..^1] + (secret[^1] == 'a' ? 'b' : 'a')));

        Assert.True(found.IsValidAt(found.CreatedAt));
        Assert.False(found.IsValidAt(found.CreatedAt + TimeSpan.FromDays(30)));
        _registry.Keys.Revoke(id);
        Assert.False(Assert.Single(_registry.Keys.List()).IsValidAt(found.CreatedAt));
        Assert.Contains("no key", Assert.Throws<InputException>(() => _registry.Keys.Revoke(id)).Message);
    }

    [Fact]
    public void Everything_wrong_with_a_key_is_told_at_once()
    {
        var problems = Assert.Throws<InputException>(() => _registry.Keys.Create(" ", Permissions.None, ModelPatterns.Every, TimeSpan.Zero, 0)).Problems;
        Assert.Equal(4, problems.Count);
        Assert.Equal(2, Assert.Throws<InputException>(() => PermissionNames.ParsePermissions("predct, manage write")).Problems.Count);
    }

    [Fact]
    public void Patterns_without_end_are_refused()
    {
        Assert.Equal("patterns of 2001 characters", Assert.Throws<InputException>(() => _registry.Keys.Create("long", Permissions.Predict, ModelPatterns.Parse(new string('v', 2001)))).Problems.Single().Found);
        Assert.NotNull(_registry.Keys.Create("long enough", Permissions.Predict, ModelPatterns.Parse(new string('v', 2000))).Key);
    }

    [Theory]
    [InlineData("press-*", "press-failure", true)]
    [InlineData("press-*", "press", false)]
    [InlineData("press", "press-failure", false)]
    [InlineData("*", "anything", true)]
    [InlineData("*-left *-right", "arm-right", true)]
    [InlineData("Press", "press", false)]
    public void Patterns_choose_models(string patterns, string model, bool included) => Assert.Equal(included, ModelPatterns.Parse(patterns).Include(model));

    [Theory]
    [InlineData("")]
    [InlineData("takt_")]
    [InlineData("takt_k1")]
    [InlineData("takt_k1_")]
    [InlineData("takt__secret")]
    [InlineData("sk-123_456")]
    public void What_is_no_key_is_none(string text) => Assert.Null(ApiKeySecret.Parse(text));
}
