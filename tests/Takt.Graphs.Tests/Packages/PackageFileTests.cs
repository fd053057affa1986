using System.IO.Compression;
using System.Text;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Tests.Packages;

public sealed class PackageFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("takt-packages").FullName;

    string FilePath => Path.Combine(_folder, "m.takt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var package = Samples.Classifier();
        string hash = PackageFile.Write(package, FilePath);
        var read = PackageFile.Read(FilePath);

        Assert.Equal(PackageFile.HashOf(FilePath), hash);
        Assert.Equal((package.Name, package.Task, package.Created, package.Decision), (read.Name, read.Task, read.Created, read.Decision));
        Assert.Equal(package.Model, read.Model);
        Assert.Equal(package.Schema!.Columns.Select(c => c with { Categories = null }), read.Schema!.Columns.Select(c => c with { Categories = null }));
        Assert.Equal(package.Golden!.Outputs, read.Golden!.Outputs);
        Assert.Equal(package.Card.ToMarkdown(), read.Card.ToMarkdown());
        Assert.Equal(package.Metrics.ToJsonString(), read.Metrics.ToJsonString());
    }

    [Fact]
    public void The_same_package_gives_the_same_bytes() => Assert.Equal(PackageFile.ToBytes(Samples.Classifier()), PackageFile.ToBytes(Samples.Classifier()));

    [Fact]
    public void Any_zip_program_can_look_inside()
    {
        PackageFile.Write(Samples.Classifier(), FilePath);
        using var zip = ZipFile.OpenRead(FilePath);
        Assert.Equal(
            ["manifest.json", "card.md", "card.json", "schema.json", "target.json", "decision.json", "metrics.json", "pipeline.json", "golden.json", "model.onnx"],
            zip.Entries.Select(e => e.FullName));
        using var card = new StreamReader(zip.GetEntry("card.md")!.Open());
        Assert.Contains("Warn the press's operator.", card.ReadToEnd());
    }

    [Theory]
    [InlineData("card.md")]
    [InlineData("model.onnx")]
    [InlineData("golden.json")]
    public void A_changed_part_is_named(string part)
    {
        var wrong = Assert.Throws<InputException>(() => ReadChanged(parts => parts[part] = [.. parts[part], (byte)' ']));
        Assert.Contains(part, wrong.Message);
        Assert.Contains("manifest", wrong.Message);
    }

    [Fact]
    public void Every_missing_part_is_named()
    {
        var wrong = Assert.Throws<InputException>(() => ReadChanged(parts =>
        {
            parts.Remove("schema.json");
            parts.Remove("target.json");
        }));
        Assert.Equal(2, wrong.Problems.Count);
    }

    [Fact]
    public void A_newer_format_asks_for_an_update()
    {
        var wrong = Assert.Throws<InputException>(() => ReadChanged(parts =>
            parts["manifest.json"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(parts["manifest.json"]).Replace("\"format\": 1", "\"format\": 3"))));
        Assert.Contains("Update Takt", wrong.Message);
    }

    [Fact]
    public void A_part_that_would_leave_the_folder_is_refused()
    {
        var wrong = Assert.Throws<InputException>(() => ReadChanged(parts => parts["../evil.txt"] = [1]));
        Assert.Contains("../evil.txt", wrong.Message);
    }

    [Fact]
    public void A_bomb_is_not_unpacked()
    {
        var wrong = Assert.Throws<InputException>(() => ReadChanged(parts => parts["card.md"] = new byte[65 << 20]));
        Assert.Contains("at most", wrong.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(2000)]
    public void A_file_cut_short_is_refused(int length)
    {
        byte[] bytes = PackageFile.ToBytes(Samples.Classifier());
        Assert.Throws<InputException>(() => PackageFile.Read(new MemoryStream(bytes[..length]), "m.takt"));
    }

    [Fact]
    public void Damaged_bytes_are_an_input_error_and_nothing_worse()
    {
        byte[] bytes = PackageFile.ToBytes(Samples.Classifier());
        var random = new Generator(11);
        for (int i = 0; i < 400; i++)
        {
            byte[] damaged = [.. bytes];
            for (int k = 0; k <= random.NextInt(4); k++) damaged[random.NextInt(damaged.Length)] = (byte)random.NextInt(256);
            try
            {
                PackageFile.Read(new MemoryStream(damaged), "m.takt");   // a byte that nothing depends on (a zip date) may change
            }
            catch (InputException)
            {
            }
        }
    }

    [Fact]
    public void A_missing_file_is_an_input_error() => Assert.Throws<InputException>(() => PackageFile.Read(FilePath));

    [Fact]
    public void What_cannot_be_written_leaves_nothing_behind()
    {
        Directory.CreateDirectory(FilePath);   // a folder stands where the file should go
        var failed = Assert.Throws<IOException>(() => PackageFile.Write(Samples.Classifier(), FilePath));
        Assert.Contains("nothing was left behind", failed.Message);
        Assert.Equal([FilePath], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void An_older_package_in_the_same_place_is_replaced_as_a_whole()
    {
        File.WriteAllText(FilePath, "old");
        PackageFile.Write(Samples.Classifier(), FilePath);
        Assert.Equal("press-failure", PackageFile.Read(FilePath).Name);
        Assert.Equal([FilePath], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_graph_that_differs_from_the_trained_network_is_not_packaged()
    {
        var network = Network.Of("dense");
        var other = Network.Of("dense", seed: 8);
        var refused = Assert.Throws<InvalidOperationException>(() =>
            GoldenCases.Record(Takt.Graphs.Plans.Plan.Compile(other.Trace()), network.Forward, network.Draw(5)));
        Assert.Contains("differs from the trained network", refused.Message);
    }

    [Fact]
    public void The_card_reads_as_a_page()
    {
        string page = Samples.Classifier().Card.ToMarkdown();
        Assert.StartsWith("# press-failure\n\nClassification of **Failure** by a dense network 8, 65 parameters, trained on 2026-03-04 05:06 UTC.\n", page);
        Assert.Contains("| test | F1 | 0.8123 | 0.7 to 0.9 |", page);
        Assert.Contains("from a probability of 0.4 on, chosen on the validation part for f1 (0.8).", page);
        Assert.Contains("| Torque | number | Nm | ", page);
        Assert.Contains("```yaml\nname: press-failure\n```", page);
    }

    /// <summary>Writes a package, changes its parts (but not their hashes) and reads it.</summary>
    static void ReadChanged(Action<Dictionary<string, byte[]>> change)
    {
        var parts = new Dictionary<string, byte[]>();
        using (var zip = new ZipArchive(new MemoryStream(PackageFile.ToBytes(Samples.Classifier()))))
            foreach (var entry in zip.Entries)
            {
                using var from = entry.Open();
                var memory = new MemoryStream();
                from.CopyTo(memory);
                parts[entry.FullName] = memory.ToArray();
            }

        change(parts);
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, bytes) in parts)
            {
                using var to = zip.CreateEntry(name).Open();
                to.Write(bytes);
            }

        PackageFile.Read(file, "m.takt");
    }
}
