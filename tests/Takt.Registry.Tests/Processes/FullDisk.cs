using Takt.Registry.Models;

namespace Takt.Registry.Tests.Processes;

/// <summary>Runs on a disk of its own of half a megabyte: fills it, tries to register, makes room again. Prints what went wrong and exits with 1.</summary>
static class FullDisk
{
    public static async Task<int> RunAsync(string folder)
    {
        string home = Path.Combine(folder, "home"), filler = Path.Combine(folder, "filler");
        string source = Path.Combine(Path.GetTempPath(), $"takt-package-{Guid.NewGuid():N}");
        var registry = ModelRegistry.Open(home, TimeProvider.System);
        try
        {
            await RegisterAsync(registry, source, bytes: 10_000, card: "{}");

            Fill(filler, leave: 40_000);
            Expect(await FailureOfAsync(() => RegisterAsync(registry, source, bytes: 100_000, card: "{}")), "The package could not be stored");
            Expect(Directory.EnumerateFiles(Path.Combine(home, "packages")).Count() == 1, "a piece of the package was left");
            Whole(registry);

            // The package fits, the transaction does not.
            Expect(await FailureOfAsync(() => RegisterAsync(registry, source, bytes: 5_000, card: new string('x', 400_000))), "disk is full");
            Whole(registry);

            File.Delete(filler);
            var second = await RegisterAsync(registry, source, bytes: 100_000, card: "{}");
            Expect(second.Number == 2, $"after making room the number was {second.Number}");
            return 0;
        }
        catch (UnexpectedException e)
        {
            await Console.Out.WriteLineAsync(e.Message);
            return 1;
        }
        finally
        {
            File.Delete(source);
        }
    }

    static void Whole(ModelRegistry registry)
    {
        var model = registry.Models.Get("press");
        Expect(model.Versions.Count == 1 && model.Aliases["champion"] == 1, "the registry changed although registering failed");
        registry.Packages.VerifyAsync(model.Versions[0].PackageSha256, CancellationToken.None).GetAwaiter().GetResult();
    }

    static async Task<string> FailureOfAsync(Func<Task> work)
    {
        try
        {
            await work();
            return "it succeeded";
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    static void Fill(string filler, int leave)
    {
        long free = new DriveInfo(Path.GetDirectoryName(filler)!).AvailableFreeSpace;
        File.WriteAllBytes(filler, new byte[Math.Max(0, free - leave)]);
    }

    static async Task<ModelVersion> RegisterAsync(ModelRegistry registry, string source, int bytes, string card)
    {
        await File.WriteAllBytesAsync(source, new byte[bytes]);
        return await registry.Models.RegisterAsync(new NewVersion("press", "classification", "fault", card, "{}") { Aliases = ["champion"] }, source, CancellationToken.None);
    }

    static void Expect(string failure, string part) => Expect(failure.Contains(part), $"expected a failure with '{part}', got: {failure}");

    static void Expect(bool holds, string otherwise)
    {
        if (!holds) throw new UnexpectedException(otherwise);
    }

    sealed class UnexpectedException(string message) : Exception(message);
}
