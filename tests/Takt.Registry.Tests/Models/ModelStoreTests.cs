using Takt.Protocols.Models;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Models;

namespace Takt.Registry.Tests.Models;

public sealed class ModelStoreTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-registry-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Versions_are_numbered_from_one_and_a_bare_name_means_the_champion_else_the_newest()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Register(registry, "a");
        await Register(registry, "b");
        Assert.Equal(2, registry.Models.Resolve(ModelReference.Parse("press")).Number);
        registry.Aliases.Move("press", "champion", 1);
        Assert.Equal(1, registry.Models.Resolve(ModelReference.Parse("press")).Number);
        Assert.Equal(2, registry.Models.Resolve(ModelReference.Parse("press:2")).Number);
        Assert.Equal(1, registry.Models.Resolve(ModelReference.Parse("press@champion")).Number);
    }

    [Fact]
    public async Task A_number_is_never_given_twice_and_a_package_goes_with_its_last_version()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Register(registry, "a");
        var second = await Register(registry, "b");
        registry.Models.Delete("press", 2);
        Assert.False(File.Exists(registry.Packages.PathOf(second.PackageSha256)));
        Assert.Equal(3, (await Register(registry, "c")).Number);
    }

    [Fact]
    public async Task Registering_finishes_the_run_and_moves_the_aliases_and_the_stamp()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        registry.Runs.Begin("r1", "press", "{}", "7", registry.RunFolder("r1"));
        string before = registry.Models.Stamp();
        var version = await Register(registry, "a", new FinishedRun("r1", "abc", "{}"), "champion");
        Assert.Equal(RunStatus.Finished, registry.Runs.Get("r1").Status);
        Assert.Equal("r1", version.RunId);
        Assert.Equal(1, registry.Models.Get("press").Aliases["champion"]);
        Assert.NotEqual(before, registry.Models.Stamp());
        Assert.Equal([(null, 1)], registry.Aliases.History("press").Select(m => (m.FromNumber, m.ToNumber)));
    }

    [Fact]
    public async Task An_unknown_name_suggests_the_nearest()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Register(registry, "a");
        Assert.Contains("Did you mean 'press'?", Assert.Throws<InputException>(() => registry.Models.Get("pres")).Message);
    }

    async Task<ModelVersion> Register(ModelRegistry registry, string content, FinishedRun? run = null, params string[] aliases)
    {
        string file = Path.Combine(_home, "package.takt");
        await File.WriteAllTextAsync(file, content);
        return await registry.Models.RegisterAsync(
            new NewVersion("press", "classification", "fault", "{}", "{}") { MetricName = "f1", MetricValue = 0.8, Run = run, Aliases = aliases }, file, CancellationToken.None);
    }
}
