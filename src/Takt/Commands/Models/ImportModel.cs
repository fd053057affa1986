using System.CommandLine;
using Takt.Graphs.Packages;
using Takt.Terminal;
using Takt.Training;

namespace Takt.Commands.Models;

/// <summary><c>takt models import</c></summary>
static class ImportModel
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A .takt package" };
        var name = new Option<string?>("--name") { Description = "Name of the model; default the package's own", HelpName = "N" };
        return new Command("import", "Register a package made elsewhere as the next version of a model") { file, name }.Does(async (context, stop) =>
        {
            var package = PackageFile.Read(context.Get(file));
            var registry = context.OpenRegistry();
            var version = await registry.Models.RegisterAsync(PackagedVersion.Of(package, context.Get(name) ?? package.Name), context.Get(file), stop);
            return new Answer(new { model = version.Name, version = version.Number, sha256 = version.PackageSha256 },
                console => console.Line($"{version.Name} version {version.Number} registered."));
        });
    }
}
