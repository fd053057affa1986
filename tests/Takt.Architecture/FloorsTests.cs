using System.Xml.Linq;

namespace Takt.Architecture;

/// <summary>Keeps the floors of docs/architecture.md: a project uses only those below it, and the platform knows no engine.</summary>
public class FloorsTests
{
    /// <summary>Top to bottom. A project may reference only what stands after it.</summary>
    static readonly string[] Floors =
    [
        "Takt",
        "Takt.Web", "Takt.Client",
        "Takt.Monitoring", "Takt.Serving", "Takt.Registry",
        "Takt.Learning", "Takt.Language", "Takt.Solvers", "Takt.Graphs", "Takt.Data",
        "Takt.Tensors", "Takt.Protocols",
    ];

    static readonly string[] Platform = ["Takt.Web", "Takt.Monitoring", "Takt.Serving", "Takt.Registry"];
    static readonly string[] Engines = ["Takt.Learning", "Takt.Language", "Takt.Solvers", "Takt.Graphs", "Takt.Data"];

    public static TheoryData<string> Projects => [.. Repository.SourceProjects];

    [Theory, MemberData(nameof(Projects))]
    public void A_project_uses_only_the_floors_below_it(string project)
    {
        int own = Array.IndexOf(Floors, project);
        Assert.True(own >= 0, $"{project} stands on no floor: give it a place in docs/architecture.md and here");
        Assert.All(ReferencesOf(project), used =>
            Assert.True(Array.IndexOf(Floors, used) > own, $"{project} references {used}, which does not stand below it"));
    }

    [Theory, MemberData(nameof(Projects))]
    public void Platform_and_pages_know_no_engine(string project)
    {
        if (Platform.Contains(project)) Assert.Empty(ReferencesOf(project).Intersect(Engines));
    }

    [Fact]
    public void The_client_drags_along_the_protocols_alone()
    {
        if (Repository.SourceProjects.Contains("Takt.Client")) Assert.Equal(["Takt.Protocols"], ReferencesOf("Takt.Client"));
    }

    [Theory, MemberData(nameof(Projects))]
    public void Every_project_has_something_in_it(string project) =>
        Assert.NotEmpty(Repository.SourceFiles.Where(f => f.Contains($"{Path.DirectorySeparatorChar}{project}{Path.DirectorySeparatorChar}")));

    static string[] ReferencesOf(string project) =>
        [.. XDocument.Load(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"))
            .Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))];
}
