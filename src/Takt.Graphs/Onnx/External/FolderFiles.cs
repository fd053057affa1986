using Takt.Protocols.Problems;

namespace Takt.Graphs.Onnx;

/// <summary>The files in a model's folder and the folders within it. Nothing outside is opened, whatever name or link the model gives.</summary>
sealed class FolderFiles(string folder) : IExternalFiles
{
    /// <summary>As the Linux kernel follows.</summary>
    const int MostLinks = 40;

    readonly string _folder = RealPath(Path.GetFullPath(folder));

    public long? LengthOf(string location, string where)
    {
        string path = PathOf(location, where);
        return File.Exists(path) ? new FileInfo(path).Length : null;   // a pipe or a device has length 0 and is never opened
    }

    public ReadOnlyMemory<byte> Read(string location, long offset, int length)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(length);
        using var file = File.OpenHandle(PathOf(location, location));
        for (int done = 0, read; done < length; done += read)
            if ((read = RandomAccess.Read(file, bytes.AsSpan(done), offset + done)) == 0)
                throw new InputException($"'{location}' of fewer than {offset + length:N0} bytes", "a file that nobody changes meanwhile");
        return bytes;
    }

    string PathOf(string location, string where)
    {
        if (Path.IsPathRooted(location) || location.AsSpan().ContainsAny('\\', '\0')) throw Outside(location, where);
        string path = Path.GetFullPath(Path.Combine(_folder, location));
        return IsInside(path) && RealPath(path) is var real && IsInside(real) ? real : throw Outside(location, where);
    }

    bool IsInside(string path) => path.StartsWith(_folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    static InputException Outside(string location, string where) => new(
        $"a tensor kept in '{location}'", "a file in the model's own folder",
        "Copy the file beside the model and save the model with its plain name; links that lead elsewhere are not followed.", where);

    /// <summary>The path without symbolic links, as far as it exists; the root where links go round in circles.</summary>
    static string RealPath(string path, int links = 0)
    {
        string real = Path.GetPathRoot(path)!;
        foreach (string part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(real, part);
            FileSystemInfo entry = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            if (entry.LinkTarget is { } target)
            {
                if (links == MostLinks) return Path.GetPathRoot(path)!;
                next = RealPath(Path.GetFullPath(Path.Combine(real, target)), links + 1);   // its own folders may be links, too
            }

            real = next;
        }

        return real;
    }
}

/// <summary>Files that are already in memory, by the name that the model gives them: parts of a package.</summary>
sealed class MemoryFiles(IReadOnlyDictionary<string, byte[]> files) : IExternalFiles
{
    public long? LengthOf(string location, string where) => files.TryGetValue(location, out byte[]? bytes) ? bytes.LongLength : null;

    public ReadOnlyMemory<byte> Read(string location, long offset, int length) => files[location].AsMemory((int)offset, length);
}
