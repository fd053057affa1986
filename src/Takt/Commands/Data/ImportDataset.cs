using System.CommandLine;
using System.Text.Json;
using Takt.Data.Profiles;
using Takt.Data.Readers;
using Takt.Data.Schemas;
using Takt.Terminal;

namespace Takt.Commands.Data;

/// <summary><c>takt data import</c></summary>
static class ImportDataset
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A table (.csv, .tsv, .txt, .jsonl, each also .gz); it stays where it is" };
        var name = new Option<string>("--name") { Description = "Name of the dataset", HelpName = "N", Required = true };
        var target = new Option<string?>("--target") { Description = "The column to be predicted, if there is one", HelpName = "C" };
        var reading = new ReadingFlags();
        return reading.AddTo(new Command("import", "Register a file as the next version of a dataset: its hash, its columns, what they are for") { file, name, target }).Does((context, stop) =>
        {
            string path = Path.GetFullPath(context.Get(file));
            var read = TableReader.Read(path, reading.Options(context), stop: stop);
            ReadingFlags.Tell(context, read);
            var profile = Profiler.Profile(read.Table, context.Get(target), stop: stop);
            var schema = new Schema([.. profile.Columns.Select(c => new ColumnSchema(c.Name, c.Kind, c.SuggestedRole, c.Unit) { Minimum = c.Numbers?.Minimum, Maximum = c.Numbers?.Maximum })]);
            var dataset = context.OpenRegistry().Datasets
                .Add(context.Get(name)!, read.Sha256, read.Table.RowCount, JsonSerializer.Serialize(schema, JsonSerializerOptions.Web), path);
            return Task.FromResult(new Answer(ListDatasets.Document(dataset),
                console => console.Line($"{dataset.Name} version {dataset.Version}: {dataset.Rows} rows, {schema.Columns.Count} columns.")));
        });
    }
}
