using Takt.Data.Pipelines;

namespace Takt.Data.Tests.Pipelines;

public class PageTests
{
    [Fact]
    public void Every_step_stands_in_the_table_of_the_page_on_preparing()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Takt.slnx"))) folder = folder.Parent!;
        string page = File.ReadAllText(Path.Combine(folder.FullName, "docs", "prepare.md"));

        Assert.All(PrepareSpecReader.StepNames, step => Assert.Contains($"\n| `{step}` |", page));
    }
}
