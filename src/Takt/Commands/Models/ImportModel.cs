using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Takt.Graphs.Packages;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Registry;
using Takt.Registry.Models;
using Takt.Terminal;
using Takt.Training;

namespace Takt.Commands.Models;

/// <summary><c>takt models import</c></summary>
static class ImportModel
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A .takt package, or an ONNX model of any origin" };
        var name = new Option<string?>("--name") { Description = "Name of the model; default the package's own, or the file's", HelpName = "N" };
        var columns = new Option<string?>("--columns") { Description = "Columns that an ONNX model's inputs stand for, in their order: \"Torque [Nm], Speed [rpm]\", a file with one a line, or a table (.csv) of them. It then answers rows, too", HelpName = "LIST" };
        return new Command("import", "Register a model made elsewhere as the next version of a name") { file, name, columns }.Does(async (context, stop) =>
        {
            string path = context.Get(file);
            if (!File.Exists(path)) throw new InputException($"no file '{path}'", "a .takt package or an ONNX model");
            if (!IsPackage(path)) return await ImportGraphAsync(path, context.Get(name) ?? Path.GetFileNameWithoutExtension(path), context.Get(columns), context.OpenRegistry(), stop);
            if (context.Get(columns) is not null) throw new InputException("--columns for a package", "an ONNX model", "A package knows its columns; leave --columns out");
            return await ImportPackageAsync(path, context.Get(name), context.OpenRegistry(), stop);
        });
    }

    /// <summary>Packages are zip archives, and every zip archive begins alike; an ONNX model never does.</summary>
    static bool IsPackage(string path)
    {
        Span<byte> start = stackalloc byte[2];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("PK"u8);
    }

    static async Task<Answer> ImportPackageAsync(string path, string? name, ModelRegistry registry, CancellationToken stop)
    {
        var package = PackageFile.Read(path);
        var version = await registry.Models.RegisterAsync(PackagedVersion.Of(package, name ?? package.Name), path, stop);
        return new Answer(new { model = version.Name, version = version.Number, sha256 = version.PackageSha256 },
            console => console.Line($"{version.Name} version {version.Number} registered."));
    }

    static async Task<Answer> ImportGraphAsync(string path, string name, string? columns, ModelRegistry registry, CancellationToken stop)
    {
        ResourceName.Check(name, "model name");
        var package = OnnxImport.Read(path, name, TimeProvider.System.GetUtcNow(), columns is null ? null : ColumnList.Read(columns));
        string packed = Path.Combine(Path.GetTempPath(), $"takt-{Path.GetRandomFileName()}.takt");
        try
        {
            PackageFile.Write(package, packed);
            var version = await registry.Models.RegisterAsync(PackagedVersion.Of(package, name), packed, stop);
            return new Answer(Document(package, version), console => Show(console, package, version));
        }
        finally
        {
            File.Delete(packed);
        }
    }

    static object Document(Package package, ModelVersion version) => new
    {
        model = version.Name,
        version = version.Number,
        sha256 = version.PackageSha256,
        inputs = package.Card.Graph!.Inputs.Select(Describe),
        outputs = package.Card.Graph.Outputs.Select(Describe),
        columns = package.Schema?.Columns.Select(c => new { name = c.Name, kind = c.Kind.ToString(), unit = c.Unit }),
        cases = package.Samples!.Cases.Count,
        sample = package.Samples.Cases is [var first, ..] ? JsonNode.Parse(SampleRequest.Whole(first)) : null,
    };

    static object Describe(SignatureTensor tensor) => new { name = tensor.Name, datatype = tensor.Type.WireName(), shape = tensor.Metadata().Shape, sizes = tensor.Shape };

    static void Show(IAnsiConsole console, Package package, ModelVersion version)
    {
        var graph = package.Card.Graph!;
        console.Line($"{version.Name} version {version.Number} registered: {package.Card.Network}.");
        foreach (var input in graph.Inputs) console.Line($"  in   {input}");
        foreach (var output in graph.Outputs) console.Line($"  out  {output}");
        if (graph.Sample is null) console.Line("No inputs were found that it answers, so it has no golden cases and no sample request.");
        else console.Line($"POST /v2/models/{version.Name}/infer\n{graph.Sample}");
        if (package.Schema is { } schema) console.Line($"POST /api/models/{version.Name}/predict\n{SampleRequest.Row(schema)}");
    }
}
