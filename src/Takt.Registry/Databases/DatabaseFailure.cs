using Microsoft.Data.Sqlite;
using Takt.Protocols.Problems;

namespace Takt.Registry.Databases;

/// <summary>Says in a sentence what SQLite says in a number (sqlite.org/rescode.html). A failed transaction has changed nothing in every case.</summary>
static class DatabaseFailure
{
    const int Busy = 5, Locked = 6, ReadOnly = 8, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>The exception to throw instead; <see cref="InputException"/> where the user named a wrong home.</summary>
    /// <param name="failure">What SQLite threw.</param>
    /// <param name="path">The database file.</param>
    /// <param name="waited">How long the lock for changes was waited for.</param>
    public static Exception Explain(SqliteException failure, string path, TimeSpan waited) => failure.SqliteErrorCode switch
    {
        NotADatabase => new InputException($"{path} is not a Takt registry", "an SQLite database", "Move it away, or choose another --home"),
        CannotOpen => new InputException($"{path} cannot be opened", "a home folder that may be read and written", "Look at its rights, or choose another --home"),
        ReadOnly => new InputException($"{path} may not be written", "a home folder that may be written", "Look at its rights, or choose another --home"),
        Full => new IOException($"The database {path} was not changed: the disk is full. Make room and try again.", failure),
        Busy or Locked => new DatabaseBusyException(
            new Problem($"another process has held {path} for more than {waited.TotalSeconds:0.#} s, so that nothing was changed", "a change of milliseconds", "Look for a takt process or a database tool that hangs, then try again"), failure),
        Corrupt => new IOException($"The database {path} is damaged ({failure.Message}). Bring it back from a backup, with no {Path.GetFileName(path)}-wal beside it.", failure),
        _ => new IOException($"The database {path} was not changed: {failure.Message}.", failure),
    };

    /// <summary>A reader found the file in another process's hands.</summary>
    public static DatabaseBusyException Unreadable(string path) => new(
        new Problem($"another process has {path} to itself, so that nothing can be read", "one that lets others read, as every process of Takt does", "Look for a database tool that holds it (locking_mode = exclusive) and close it, then ask again"), null);
}
