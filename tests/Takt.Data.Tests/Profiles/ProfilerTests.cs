using System.Text.Json;
using Takt.Data.Profiles;
using Takt.Data.Readers;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Tests;

namespace Takt.Data.Tests.Profiles;

public class ProfilerTests
{
    [SharedDataFact("data/ai4i2020/ai4i2020.csv.gz")]
    public void AI4I_shows_its_ids_its_leaks_and_its_rare_class()
    {
        var profile = Profile("ai4i2020/ai4i2020.csv.gz", "Machine failure");
        Assert.Equal(["TWF", "HDF", "PWF", "OSF"], Warned(profile, WarningKind.Leakage));
        Assert.Equal(["UDI", "Product ID"], Warned(profile, WarningKind.IdLike));
        Assert.Equal(["Machine failure"], Warned(profile, WarningKind.Imbalance));
        Assert.Equal([new CategoryCount("0", 9661), new CategoryCount("1", 339)], profile.Target!.Classes);
        Assert.Equal(TargetTask.Classification, profile.Target.Task);
        Assert.Equal(ColumnRole.Id, Column(profile, "UDI").SuggestedRole);
        Assert.Equal(ColumnRole.Target, Column(profile, "Machine failure").SuggestedRole);
        Assert.Equal([new("L", 6000), new("M", 2997), new("H", 1003)], Column(profile, "Type").Top!);
        Assert.Equal((3.8, 76.6, 40.1), (Column(profile, "Torque").Numbers!.Minimum, Column(profile, "Torque").Numbers!.Maximum, Column(profile, "Torque").Numbers!.Quantiles.P50));
        Assert.InRange(Column(profile, "Torque").Association!.Auc!.Value, 0.7, 0.8);
        Assert.Equal("Machine failure", Profile("ai4i2020/ai4i2020.csv.gz", null).SuggestedTarget);
    }

    [SharedDataFact("data/cmapss/train_FD001.txt.gz")]
    public void C_MAPSS_shows_its_engines_cycles_and_constant_sensors()
    {
        var profile = Profile("cmapss/train_FD001.txt.gz", null);
        Assert.Equal(ColumnRole.Group, Column(profile, "c1").SuggestedRole);
        Assert.Equal(ColumnRole.Time, Column(profile, "c2").SuggestedRole);
        Assert.Equal(["c5", "c6", "c10", "c15", "c21", "c23", "c24"], Warned(profile, WarningKind.Constant));
    }

    [SharedDataFact("data/steel-energy/Steel_industry_data.csv.gz")]
    public void Steel_energy_shows_that_CO2_gives_the_consumption_away()
    {
        var profile = Profile("steel-energy/Steel_industry_data.csv.gz", "Usage_kWh");
        Assert.Equal(["CO2"], Warned(profile, WarningKind.Leakage));
        Assert.Equal(900, Column(profile, "timestamp").Times!.StepSeconds);
        Assert.Equal(0, Column(profile, "timestamp").Times!.GapCount);
        Assert.Equal((ColumnRole.Time, TargetTask.Regression), (Column(profile, "timestamp").SuggestedRole, profile.Target!.Task));
    }

    [SharedDataFact("data/bike-sharing/day.csv.gz")]
    public void Bike_sharing_shows_that_two_columns_add_up_to_the_target()
    {
        var profile = Profile("bike-sharing/day.csv.gz", "cnt");
        Assert.Contains(profile.Warnings, w => w.Kind == WarningKind.Leakage && w.What == "'casual' + 'registered' is 'cnt' in every row");
        Assert.Equal(["instant"], Warned(profile, WarningKind.IdLike));
    }

    [SharedDataFact("data/nab/realKnownCause/rogue_agent_key_hold.csv")]
    public void NAB_shows_its_time_gaps()
    {
        var profile = Profile("nab/realKnownCause/rogue_agent_key_hold.csv", null);
        var time = Column(profile, "timestamp").Times!;
        Assert.Equal(300, time.StepSeconds);
        Assert.Equal(91, time.GapCount);
        Assert.Equal(164100, time.Gaps[0].Seconds);
        Assert.Equal(["timestamp"], Warned(profile, WarningKind.TimeGaps));
    }

    [SharedDataFact("data/ai4i2020/ai4i2020.csv.gz")]
    public void A_profile_is_written_as_JSON_and_read_back()
    {
        var profile = Profile("ai4i2020/ai4i2020.csv.gz", "Machine failure");
        string json = JsonSerializer.Serialize(profile);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<TableProfile>(json)));
        Assert.Contains("\"Kind\":\"Leakage\"", json);
    }

    [Fact]
    public void Fillers_for_missing_values_are_pointed_out()
    {
        var profile = Profiler.Profile(new([new NumberColumn("T", [.. Enumerable.Range(0, 50).Select(i => i % 10 == 0 ? -999 : 20 + i / 10.0)])]));
        Assert.Equal("-999 occurs 5 times, far from all other values", Assert.Single(profile.Warnings, w => w.Kind == WarningKind.Sentinel).What);
    }

    [Fact]
    public void A_target_that_cannot_be_learned_is_pointed_out()
    {
        double[] x = [1.5, 2, 3, 4];
        Assert.Equal(WarningKind.UselessTarget, Profiler.Profile(new([new NumberColumn("x", x), new NumberColumn("y", [1, 1, 1, 1])]), "y").Warnings[0].Kind);
        Assert.Contains("no value in any row", Profiler.Profile(new([new NumberColumn("x", x), new TextColumn("y", new string?[4])]), "y").Warnings[0].What);
        Assert.Contains("1 row without a target", Profiler.Profile(new([new NumberColumn("x", x), new NumberColumn("y", [1, 2, 7, double.NaN])]), "y").Warnings[0].What);
    }

    [Fact]
    public void Rows_and_columns_that_occur_twice_are_pointed_out()
    {
        var profile = Profiler.Profile(new(
        [
            new NumberColumn("n", [.. Enumerable.Range(1, 12).Select(i => (double)i)]),
            new NumberColumn("x", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10.5, 1, 2]),
            new NumberColumn("again", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10.5, 1, 2]),
            new TextColumn("t", ["a", "b", "a", "b", "a", "b", "a", "b", "a", "b", "a", "c"]),
        ]));
        Assert.Equal(1, profile.DuplicateRows);   // the eleventh row is the first again, but for its number; the twelfth differs in t
        Assert.Equal(["again"], Warned(profile, WarningKind.SameColumn));
        Assert.Equal(["n"], Warned(profile, WarningKind.IdLike));
    }

    [Fact]
    public void Missing_and_empty_columns_are_pointed_out()
    {
        double[] half = [.. Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? i + 0.5 : double.NaN)];
        var profile = Profiler.Profile(new([new NumberColumn("half", half), new NumberColumn("none", Enumerable.Repeat(double.NaN, 20).ToArray()), new TextColumn("one", Enumerable.Repeat<string?>("a", 20).ToArray())]));
        Assert.Equal(["none", "one", "half"], profile.Warnings.Take(3).Select(w => w.Column!));
        Assert.Equal((10, 10, 10), (profile.Columns[0].Count, profile.Columns[0].Missing, profile.Columns[0].Distinct));
        Assert.All(profile.Columns.Skip(1), c => Assert.Equal(ColumnRole.Ignored, c.SuggestedRole));
    }

    [Fact]
    public void Known_roles_go_before_guesses_and_wrong_names_are_refused()
    {
        var table = new Table([new NumberColumn("n", [.. Enumerable.Range(1, 12).Select(i => (double)i)], "1"), new NumberColumn("x", [.. Enumerable.Range(1, 12).Select(i => i + 0.5)])]);
        var options = new ProfileOptions { Roles = new Dictionary<string, ColumnRole> { ["n [1]"] = ColumnRole.Feature } };
        Assert.Equal(ColumnRole.Feature, Profiler.Profile(table, options: options).Columns[0].SuggestedRole);
        Assert.Contains("Did you mean 'x'?", Assert.Throws<InputException>(() => Profiler.Profile(table, "x_m")).Message);
    }

    [Fact]
    public void Unique_measurements_are_no_ids()
    {
        var profile = Profiler.Profile(new([new NumberColumn("x", [.. Enumerable.Range(1, 100).Select(i => i * 1.25)]), new TextColumn("t", [.. Enumerable.Range(0, 100).Select(i => i % 7 == 0 ? "a" : "b")])]));
        Assert.Empty(profile.Warnings);
    }

    static TableProfile Profile(string file, string? target) => Profiler.Profile(TableReader.Read(SharedData.PathOf("data/" + file)).Table, target);

    static ColumnProfile Column(TableProfile profile, string name) => Assert.Single(profile.Columns, c => c.Name == name);

    static string[] Warned(TableProfile profile, WarningKind kind) => [.. profile.Warnings.Where(w => w.Kind == kind).Select(w => w.Column!)];
}
