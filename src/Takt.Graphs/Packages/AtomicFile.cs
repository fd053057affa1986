namespace Takt.Graphs.Packages;

/// <summary>Writes a file so that a reader sees the old one or the new one and never a half, whatever happens in between.</summary>
static class AtomicFile
{
    public static void Write(string path, byte[] bytes)
    {
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}");
        try
        {
            using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = bytes.Length }))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new IOException($"'{path}' ({bytes.Length:N0} bytes) could not be written: {failed.Message} Free some space or choose another folder; nothing was left behind.", failed);
        }
    }
}
