using System.CommandLine;
using Takt.Data.Files;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Terminal;

namespace Takt.Commands.Models;

/// <summary><c>takt models export</c></summary>
static class ExportModel
{
    public static Command Create()
    {
        var model = ModelsCommand.Model();
        var file = new Option<string>("--out") { Description = "FILE.takt for the whole package, FILE.onnx for the network alone", HelpName = "F", Required = true };
        return new Command("export", "Write a version to a file") { model, file }.Does(async (context, stop) =>
        {
            AtomicFile.CheckPlace(context.Get(file)!);
            var registry = context.OpenRegistry();
            var version = registry.Models.Resolve(ModelReference.Parse(context.Get(model)));
            await registry.Packages.VerifyAsync(version.PackageSha256, stop);
            string source = registry.Packages.PathOf(version.PackageSha256), target = context.Get(file)!;
            switch (Path.GetExtension(target).ToLowerInvariant())
            {
                case ".takt": Copy(source, target); break;
                case ".onnx": Unpack(source, target); break;
                case var other: throw new InputException($"--out with ending '{other}'", ".takt (the whole package) or .onnx (the network alone)");
            }

            return new Answer(new { model = version.Name, version = version.Number, file = Path.GetFullPath(target) },
                console => console.Line($"{version.Name} version {version.Number} written to {target}."));
        });
    }

    static void Unpack(string source, string target)
    {
        var package = PackageFile.Read(source);
        if (package.Source is { } original) original.Write(target);   // as it came
        else ModelFile.Write(package.Model, target);
    }

    static void Copy(string source, string target)
    {
        using var package = File.OpenRead(source);
        AtomicFile.Write(target, package.CopyTo);
    }
}
