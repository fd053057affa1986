namespace Takt.Training;

/// <summary>Held while a run is trained, so that a second process does not go on with the same run. The system lets go of it when the process dies, however it dies.</summary>
sealed class RunFolderLock : IDisposable
{
    readonly FileStream _file;

    RunFolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of a run folder, or null if another process trains there.</summary>
    public static RunFolderLock? TryTake(string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new RunFolderLock(new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
