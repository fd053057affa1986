using System.Security.Cryptography;
using Takt.Protocols.Problems;

namespace Takt.Registry.Packages;

/// <summary>
/// Package files under their own hash: <c>HOME/packages/SHA256.takt</c>. A file gets that name only when all of it is on disk,
/// so what is there is whole, and the same package is stored once.
/// </summary>
/// <param name="home">The home folder.</param>
/// <param name="clock">The time, to tell a killed writer's leftover from a file that is being written.</param>
public sealed class PackageStore(string home, TimeProvider clock)
{
    const string Unfinished = ".incoming", Finished = ".takt";

    /// <summary>A file that nobody holds open and nobody wrote for this long has lost its writer; between its last write and its new name lie milliseconds.</summary>
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    readonly string _folder = Path.GetFullPath(Path.Combine(home, "packages"));

    /// <summary>Where the package of a hash is.</summary>
    public string PathOf(string sha256) => Path.Combine(_folder, sha256 + Finished);

    /// <summary>Whether there is a package of a hash.</summary>
    public bool Has(string sha256) => File.Exists(PathOf(sha256));

    /// <summary>Copies a file into the store. Content that is there already is written again all the same, which mends a damaged copy.</summary>
    /// <param name="file">The package file; it stays where it is.</param>
    /// <param name="stop">Ends the copying early and leaves nothing behind.</param>
    /// <returns>Its hash and its size in bytes.</returns>
    /// <exception cref="IOException">It could not be written, for example because the disk is full; nothing is left behind.</exception>
    public async Task<StoredPackage> AddAsync(string file, CancellationToken stop)
    {
        await using var source = File.OpenRead(file);
        string incoming = Path.Combine(_folder, Guid.NewGuid().ToString("N") + Unfinished);
        try
        {
            Directory.CreateDirectory(_folder);
            StoredPackage stored;
            await using (var target = new FileStream(incoming, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stored = new StoredPackage(await CopyAsync(source, target, stop), target.Length);
                target.Flush(flushToDisk: true);
            }

            File.Move(incoming, PathOf(stored.Sha256), overwrite: true);
            FolderFlush.Flush(_folder);
            return stored;
        }
        catch (IOException failure)
        {
            throw new IOException($"The package could not be stored in {_folder}: {failure.Message} Nothing was registered.", failure);
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    /// <summary>Checks that a stored package is there and still has its hash.</summary>
    /// <exception cref="InputException">It is missing or damaged.</exception>
    public async Task VerifyAsync(string sha256, CancellationToken stop)
    {
        string path = PathOf(sha256);
        if (!File.Exists(path)) throw new InputException($"package {path} is missing", wayOut: "Bring it back from a backup, or delete the version");
        await using var file = File.OpenRead(path);
        string found = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop));
        if (found != sha256) throw new InputException($"package {path} has hash {found}", sha256, "It was changed or damaged: bring it back from a backup");
    }

    /// <summary>Removes a package; nothing happens if it is not there.</summary>
    internal void Remove(string sha256)
    {
        if (!Has(sha256)) return;
        File.Delete(PathOf(sha256));
        FolderFlush.Flush(_folder);
    }

    /// <summary>The hashes of the packages that were stored at least so long ago.</summary>
    internal IReadOnlyList<string> Stored(TimeSpan ago) => [.. FilesEnding(Finished).Where(f => AgeOf(f) >= ago).Select(f => Path.GetFileNameWithoutExtension(f))];

    /// <summary>Removes the half-written files of killed processes.</summary>
    internal void RemoveLeftovers()
    {
        foreach (string leftover in FilesEnding(Unfinished))
            if (AgeOf(leftover) > LongestPause && !IsHeld(leftover)) File.Delete(leftover);
    }

    IEnumerable<string> FilesEnding(string ending) => Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder, "*" + ending) : [];

    TimeSpan AgeOf(string file) => clock.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(file);

    /// <summary>Whether a living process is writing the file: its exclusive lock ends with it, however it ends.</summary>
    static bool IsHeld(string file)
    {
        try
        {
            using var free = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;   // finished or removed since it was listed
        }
        catch (IOException)
        {
            return true;
        }
    }

    static async Task<string> CopyAsync(Stream source, Stream target, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 17];
        int read;
        while ((read = await source.ReadAsync(buffer, stop)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), stop);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>A package in the store.</summary>
/// <param name="Sha256">Hash of the file, 64 hexadecimal digits in lower case.</param>
/// <param name="Bytes">Its size.</param>
public sealed record StoredPackage(string Sha256, long Bytes);
