using Dapper;
using Takt.Protocols.Models;
using Takt.Registry.Databases;

namespace Takt.Registry.Tests.Processes;

/// <summary>What must hold of every registry at every moment, whoever was killed.</summary>
static class WholeRegistry
{
    public static async Task<ModelRegistry> AssertAsync(string home)
    {
        var registry = ModelRegistry.Open(home, TimeProvider.System);
        using (var db = RegistryDatabase.Open(home, TimeProvider.System).Connect())
        {
            Assert.Equal("ok", db.ExecuteScalar<string>("pragma integrity_check"));
            Assert.Empty(db.Query("pragma foreign_key_check"));
        }

        foreach (var model in registry.Models.List())
        {
            foreach (var version in model.Versions)
            {
                await registry.Packages.VerifyAsync(version.PackageSha256, CancellationToken.None);
                if (version.RunId is { } run) Assert.Equal(RunStatus.Finished, registry.Runs.Get(run).Status);
            }

            Assert.All(model.Aliases.Values, number => Assert.Contains(model.Versions, v => v.Number == number));
            foreach (var moves in registry.Aliases.History(model.Name).GroupBy(m => m.Alias))   // each move starts where the one before ended
                Assert.Equal(moves.Select(m => m.ToNumber).SkipLast(1).Prepend(null), moves.Select(m => m.FromNumber));
        }

        return registry;
    }
}
