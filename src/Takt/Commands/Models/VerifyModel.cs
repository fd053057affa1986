using System.CommandLine;
using System.Globalization;
using Takt.Graphs.Packages;
using Takt.Protocols.Names;
using Takt.Terminal;

namespace Takt.Commands.Models;

/// <summary><c>takt models verify</c></summary>
static class VerifyModel
{
    public static Command Create()
    {
        var model = ModelsCommand.Model();
        return new Command("verify", "Check a version's hash, and that this machine answers its golden cases as the trained network did") { model }.Does(async (context, stop) =>
        {
            var registry = context.OpenRegistry();
            var version = registry.Models.Resolve(ModelReference.Parse(context.Get(model)));
            await registry.Packages.VerifyAsync(version.PackageSha256, stop);
            var package = PackageFile.Read(registry.Packages.PathOf(version.PackageSha256));
            var report = package.Verify();
            return new Answer(
                new
                {
                    model = version.Name, version = version.Number, sha256 = version.PackageSha256,
                    passed = report.Passed, cases = report.Cases, greatestDifference = report.GreatestDifference, tolerance = report.Tolerance,
                },
                console => console.Line(string.Create(CultureInfo.InvariantCulture,
                    $"{version.Name} version {version.Number}: hash right; {report.Cases} golden cases {(report.Passed ? "answered alike" : "answered differently")}, " +
                    $"greatest difference {report.GreatestDifference:G3} (allowed {report.Tolerance:G3}).")),
                report.Passed ? ExitCodes.Success : ExitCodes.WorkFailed);
        });
    }
}
