using System.Text;
using Takt.Data.Files;
using Takt.Protocols.Problems;

namespace Takt.Data.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("takt-atomic-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_is_replaced_as_a_whole(bool flush)
    {
        string path = Old();
        AtomicFile.Write(path, file => file.Write("new"u8), flush);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_writer_that_fails_half_way_leaves_the_old_file_and_nothing_else()
    {
        string path = Old();
        Assert.Throws<FormatException>(() => AtomicFile.Write(path, file =>
        {
            file.Write(Encoding.UTF8.GetBytes("half"));
            throw new FormatException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_full_disk_is_told_with_the_way_out()
    {
        var failed = Assert.Throws<IOException>(() => AtomicFile.Write(Old(), _ => throw new IOException("No space left on device.")));
        Assert.Contains("No space left on device. Free some space", failed.Message);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told() =>
        Assert.Throws<IOException>(() => AtomicFile.Write(Path.Combine(_folder, "missing", "file"), file => file.Write("new"u8)));

    [Theory]
    [InlineData("missing/file", "there is no folder")]
    [InlineData("", "is a folder")]
    public void A_place_where_no_file_can_be_written_is_told_before_the_work(string place, string said) =>
        Assert.Contains(said, Assert.Throws<InputException>(() => AtomicFile.CheckPlace(Path.Combine(_folder, place))).Message);

    string Old()
    {
        string path = Path.Combine(_folder, "file");
        File.WriteAllText(path, "old");
        return path;
    }
}
