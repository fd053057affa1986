using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Takt.Architecture;

/// <summary>A test of the source itself: what a reader would trip over does not get in.</summary>
public class TidyTests
{
    const int LongestFile = 600;

    [Fact]
    public void Files_have_one_subject_and_stay_short() =>
        Assert.Empty(Repository.SourceFiles.Where(f => File.ReadLines(f).Count() > LongestFile));

    [Fact]
    public void Nothing_is_left_unfinished() =>
        Assert.Empty(Repository.SourceFiles.Where(f => Regex.IsMatch(File.ReadAllText(f), @"NotImplementedException|\b(TODO|FIXME|HACK)\b")));

    [Fact]
    public void No_project_is_a_drawer_for_everything() =>
        Assert.Empty(Repository.SourceProjects.Where(p => Regex.IsMatch(p, "Common|Util|Helper|Abstraction|Shared")));

    [Fact]
    public void Every_package_is_pinned_to_an_exact_version() =>
        Assert.All(Packages(), p => Assert.Matches(@"^\d+(\.\d+)+$", p.Version));

    [Fact]
    public void Every_package_is_listed_with_its_licence_and_reason()
    {
        string listed = File.ReadAllText(Path.Combine(Repository.Root, "docs", "dependencies.md"));
        Assert.Empty(Packages().Where(p => !listed.Contains($"| {p.Name} | {p.Version} |")));
    }

    static IEnumerable<(string Name, string Version)> Packages() =>
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Select(p => (p.Attribute("Include")!.Value, p.Attribute("Version")!.Value));
}
