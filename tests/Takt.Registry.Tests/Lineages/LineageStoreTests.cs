using Takt.Protocols.Models;
using Takt.Protocols.Problems;
using Takt.Registry.Models;

namespace Takt.Registry.Tests.Lineages;

public sealed class LineageStoreTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-lineage-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task From_a_version_the_way_leads_back_to_its_run_and_its_data_and_from_the_data_forward()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        registry.Datasets.Add("press-data", "data-1", 100, "{}", "/data/press.csv");
        registry.Runs.Begin("r1", "press", """{"name":"press"}""", "18446744073709551615", registry.RunFolder("r1"));
        await Register.VersionAsync(registry, "a", run: new FinishedRun("r1", "data-1", """{"curves":[]}"""));
        await Register.VersionAsync(registry, "b");

        var lineage = registry.Lineage.Of("press", 1);
        Assert.Equal(("r1", "18446744073709551615", "press-data"), (lineage.Run!.Id, lineage.Run.Seed, Assert.Single(lineage.Datasets).Name));
        Assert.Equal([1], registry.Lineage.MadeFrom("data-1").Select(v => v.Number));
        Assert.Null(registry.Lineage.Of("press", 2).Run);
        Assert.Throws<InputException>(() => registry.Lineage.Of("press", 3));
    }

    [Fact]
    public async Task A_version_of_a_run_that_was_never_begun_is_refused_as_a_whole()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Register.VersionAsync(registry, "a", run: new FinishedRun("ghost", "data", "{}"), aliases: ["champion"]));

        Assert.Empty(registry.Models.List());
        Assert.Empty(registry.Aliases.History("press"));
        Assert.Equal("0", registry.Models.Stamp());
    }

    [Fact]
    public void A_run_ends_failed_or_cancelled_and_goes_on_when_resumed()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        registry.Runs.Begin("r1", "press", "{}", "7", "folder");
        registry.Runs.End("r1", RunStatus.Failed, "the loss is not a number");
        Assert.Equal((RunStatus.Failed, "the loss is not a number"), (registry.Runs.Get("r1").Status, registry.Runs.Get("r1").Failure));

        registry.Runs.Begin("r1", "press", "{}", "7", "folder");
        var resumed = registry.Runs.Get("r1");
        Assert.Equal((RunStatus.Running, null, null), (resumed.Status, resumed.Failure, resumed.EndedAt));
        Assert.Throws<ArgumentException>(() => registry.Runs.End("r1", RunStatus.Finished, ""));
        Assert.Throws<InvalidOperationException>(() => registry.Runs.End("r2", RunStatus.Failed, ""));
        Assert.Throws<InputException>(() => registry.Runs.Get("r2"));
    }

    [Fact]
    public void The_same_content_under_the_same_name_is_registered_once_and_new_content_is_a_new_version()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        Assert.Equal(1, registry.Datasets.Add("press-data", "aa", 3, "{}", "/a.csv").Version);
        Assert.Equal(1, registry.Datasets.Add("press-data", "aa", 3, "{}", "/b.csv").Version);
        Assert.Equal(2, registry.Datasets.Add("press-data", "bb", 4, "{}", "/a.csv").Version);
        Assert.Equal("bb", registry.Datasets.Get("press-data").Sha256);
        Assert.Contains("Did you mean 'press-data'?", Assert.Throws<InputException>(() => registry.Datasets.Get("pres-data")).Message);
    }
}
