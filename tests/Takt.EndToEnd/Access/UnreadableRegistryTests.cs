using System.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using Takt.EndToEnd.Doors;
using Takt.Graphs.Tests.Packages;
using Takt.Registry.Access;

namespace Takt.EndToEnd.Access;

/// <summary>Trouble with the registry's database while the server runs: who is known and what is loaded keep working.</summary>
public sealed class UnreadableRegistryTests : RegistryServer
{
    const string Gone = "Accounts and keys cannot be read", Back = "Accounts and keys can be read again";

    string _key = "", _reader = "";

    [Fact]
    public async Task While_the_database_is_gone_known_keys_are_answered_and_strangers_refused()
    {
        await PrepareAsync();
        string file = Path.Combine(Home, "registry.db");
        foreach (string part in Parts(file)) File.Move(part, $"{part}.away");
        SqliteConnection.ClearAllPools();   // open connections would still reach the file under its new name
        await Log.UntilAsync(Gone);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(200, await AskAsync(_key));
            Assert.Equal(401, await AskAsync("takt_k0000000_nonsense"));
            foreach (string health in (string[])["/health/live", "/v2/health/ready"]) Assert.True((await Http.GetAsync(new Uri(health, UriKind.Relative))).IsSuccessStatusCode);
        }

        Assert.False(File.Exists(file));   // no empty registry takes its place
        foreach (string part in Directory.GetFiles(Home, "*.away")) File.Move(part, part[..^".away".Length]);
        await Log.UntilAsync(Back);
        Assert.Equal((1, 1), (Log.Count(Gone), Log.Count(Back)));
        Registry.Keys.Revoke(_key.Split('_')[1]);
        await UntilAsync(_key, 401);
    }

    [Fact]
    public async Task Nobody_waits_while_another_program_has_locked_the_database()
    {
        await PrepareAsync();
        await using var other = new SqliteConnection($"Data Source={Path.Combine(Home, "registry.db")};Pooling=false;Default Timeout=1");
        await other.OpenAsync();
        await other.ExecuteAsync("pragma locking_mode = exclusive");
        var patience = Stopwatch.StartNew();
        while (!await LockedAsync()) Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60));
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromSeconds(3))
        {
            var asked = Stopwatch.StartNew();
            Assert.Equal(200, await AskAsync(_key));
            Assert.Equal(404, await AskAsync(_key, "pres"));   // known not to be there when the registry was last read
            Assert.True(asked.Elapsed < TimeSpan.FromSeconds(10), $"two calls took {asked.Elapsed}");   // the database would be waited for three times as long
            await Task.Delay(50);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/models/press") { Headers = { { "Authorization", $"Bearer {_reader}" } } };
        using var answer = await Http.SendAsync(request);
        Assert.Equal(503, (int)answer.StatusCode);
        string told = await answer.Content.ReadAsStringAsync();
        foreach (string part in (string[])["to itself, so that nothing can be read", "one that lets others read", "Look for a database tool"]) Assert.Contains(part, told);

        async Task<bool> LockedAsync()
        {
            SqliteConnection.ClearAllPools();   // each open connection holds on to the file a little
            try
            {
                await other.ExecuteAsync("begin exclusive");
                return true;
            }
            catch (SqliteException busy) when (busy.SqliteErrorCode is 5 or 6)
            {
                return false;
            }
        }
    }

    async Task PrepareAsync()
    {
        await RegisterAsync("press", Samples.Classifier());
        _key = Registry.Keys.Create("station 4", Permissions.Predict, ModelPatterns.Every).Text;
        _reader = Registry.Keys.Create("office", Permissions.Read, ModelPatterns.Every).Text;
        await UntilAsync("takt_k0000000_nonsense", 401);
        await UntilAsync(_key, 200);
    }

    async Task UntilAsync(string key, int status)
    {
        var watch = Stopwatch.StartNew();
        while (await AskAsync(key) != status)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60));
            await Task.Delay(50);
        }
    }

    async Task<int> AskAsync(string key, string model = "press")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/models/{model}/predict") { Headers = { { "Authorization", $"Bearer {key}" } } };
        request.Content = new StringContent("""{"rows":[{"Torque":51.5,"Grade":"L","Cooled":true}]}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await Http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    static IEnumerable<string> Parts(string file) => new[] { file, $"{file}-wal", $"{file}-shm" }.Where(File.Exists);
}
