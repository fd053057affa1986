using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Takt.Monitoring.Simulation;
using Takt.Protocols.Deployments;
using Takt.Web.Localization;

namespace Takt.Monitoring.Tests.Web;

public class TextsTests
{
    static readonly ResourceManager Resources = new(typeof(Texts));

    [Fact]
    public void Every_language_has_the_same_keys_and_no_empty_words()
    {
        var english = Words("");
        foreach (var (tag, _) in Languages.All.Where(language => language.Tag != "en"))
        {
            var other = Words(tag);
            Assert.Empty(english.Keys.Except(other.Keys));
            Assert.Empty(other.Keys.Except(english.Keys));
            Assert.All(other.Values, word => Assert.False(string.IsNullOrEmpty(word)));
            Assert.All(english, word => Assert.Equal(Placeholders(word.Value), Placeholders(other[word.Key])));
        }
    }

    [Fact]
    public void Every_word_that_a_page_asks_for_is_there()
    {
        var english = Words("");
        var asked = Pages().SelectMany(file => Regex.Matches(File.ReadAllText(file), "(?:\\bT|texts)\\[\"([^\"]+)\"").Select(match => (Path.GetFileName(file), match.Groups[1].Value)));
        Assert.Empty(asked.Where(word => !english.ContainsKey(word.Value)));
    }

    [Fact]
    public void The_demo_line_speaks_every_language()
    {
        var names = DemoLine.Enterprise.Walk().Select(node => node.Asset.Name).Concat(DemoLine.Signals.Select(signal => signal.Name))
            .Concat(FaultKinds.All.Select(kind => $"fault.{kind.Id()}")).Append(SimulatedPlant.ProductColumn);
        Assert.Empty(names.Except(Words("").Keys));
    }

    [Fact]
    public void Every_reason_for_a_batch_size_has_words() => Assert.Empty(BatchingReason.Codes.Select(code => $"batching.{code}").Except(Words("").Keys));

    [Fact]
    public void Every_kind_of_audit_entry_has_words()
    {
        var kinds = Directory.EnumerateFiles(Path.Combine(Source(), "Takt.Registry", "Migrations"), "*.sql").SelectMany(file => Regex.Matches(File.ReadAllText(file), "'([a-z]+(-[a-z]+)+)'")).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.Contains("version-added", kinds);
        Assert.Empty(kinds.Select(kind => $"audit.kind.{kind}").Except(Words("").Keys));
    }

    static Dictionary<string, string> Words(string tag) =>
        Resources.GetResourceSet(tag.Length == 0 ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(tag), createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    static string[] Placeholders(string text) => [.. Regex.Matches(text, @"\{\d\}").Select(match => match.Value).Order()];

    static IEnumerable<string> Pages() => new[] { "Layout", "Pages", "Parts", "Formatting" }.SelectMany(part => Directory.EnumerateFiles(Path.Combine(Source(), "Takt.Web", part)));

    static string Source()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Takt.slnx"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, "src");
    }
}
