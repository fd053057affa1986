using System.Text.Json.Nodes;
using Takt.Registry.Settings;

namespace Takt.Registry.Tests.Settings;

public sealed class SettingStoreTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-settings-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void What_was_said_is_there_after_opening_anew_with_what_was_changed_and_taken_back()
    {
        var store = Open().Settings;
        store.Change(SettingStore.Trace, "press", Json("""{"trace_rate":["5"],"trace_level":["TENSORS"]}"""));
        store.Change(SettingStore.Log, SettingStore.EveryModel, Json("""{"log_info":false}"""));
        store.Change(SettingStore.Trace, "press", Json("""{"trace_rate":null,"trace_count":["7"]}"""));
        Assert.Equal([("log", "*", """{"log_info":false}""", 2L), ("trace", "press", """{"trace_level":["TENSORS"],"trace_count":["7"]}""", 3L)],
            Open().Settings.Since(0).Select(s => (s.Kind, s.Model, s.Value, s.Revision)));
        store.Change(SettingStore.Trace, "press", Json("""{"trace_level":null,"trace_count":null}"""));
        Assert.Equal("{}", Assert.Single(Open().Settings.Since(3)).Value);
    }

    [Fact]
    public void Each_change_is_in_the_audit_which_holds()
    {
        var registry = Open();
        registry.Settings.Change(SettingStore.Trace, SettingStore.EveryModel, Json("""{"trace_rate":["5"]}"""));
        registry.Settings.Change(SettingStore.Trace, SettingStore.EveryModel, Json("""{"trace_level":["OFF"]}"""));
        Assert.Equal(
            [("trace-setting-changed", "*", """{"trace_rate":["5"],"trace_level":["OFF"]}"""), ("trace-setting-changed", "*", """{"trace_rate":["5"]}""")],
            registry.Audit.List().Select(e => (e.Kind, e.Subject, e.Detail!)));
        Assert.Null(registry.Audit.Verify().BrokenAt);
    }

    [Fact]
    public void Of_many_writers_at_once_nobodys_change_is_lost()
    {
        var store = Open().Settings;
        Parallel.For(0, 16, i => store.Change(SettingStore.Log, SettingStore.EveryModel, Json($$"""{"s{{i}}":{{i}}}""")));
        var held = Assert.Single(store.Since(0));
        Assert.Equal(Enumerable.Range(0, 16), Json(held.Value).Select(s => s.Value!.GetValue<int>()).Order());
        Assert.Equal(16, held.Revision);
    }

    ModelRegistry Open() => ModelRegistry.Open(_home, TimeProvider.System);

    static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
