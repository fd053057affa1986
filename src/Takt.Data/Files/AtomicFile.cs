using Takt.Protocols.Problems;

namespace Takt.Data.Files;

/// <summary>Writes a file so that a reader sees the old one or the new one and never a half, whatever happens in between.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside the file, then renames.</summary>
    /// <param name="path">The file; replaced if it is there.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="flush">
    /// Whether the content is on disk before the rename. Default yes: else a power cut could leave the new name with the old blocks.
    /// No: for what is written several times a second and can be done without.
    /// </param>
    /// <exception cref="IOException">The disk is full or the folder cannot be written; what was there before still is, and nothing else is left behind.</exception>
    public static void Write(string path, Action<Stream> write, bool flush = true)
    {
        string full = Path.GetFullPath(path);
        string unfinished = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}");
        try
        {
            WriteAndRename(unfinished, full, write, flush);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{path}' could not be written: {failed.Message.TrimEnd('.')}. Free some space or choose another folder; nothing was left behind.", failed);
        }
    }

    /// <summary>Checks a place that a user named, before work is spent on what is to be written there.</summary>
    /// <param name="path">The file that is to be written.</param>
    /// <exception cref="InputException">Its folder is not there, or it is a folder itself.</exception>
    public static void CheckPlace(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw new InputException($"there is no folder '{folder}'", wayOut: "Make it, or write to another place");
        if (Directory.Exists(path)) throw new InputException($"'{path}' is a folder", "a file to write", "Add a file name");
    }

    static void WriteAndRename(string unfinished, string path, Action<Stream> write, bool flush)
    {
        var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write);
        try
        {
            using (file)
            {
                write(file);
                file.Flush(flush);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
