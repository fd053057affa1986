using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Takt.Registry.Databases;

/// <summary>
/// Takes the moment that a reader's transaction sees. In WAL mode nobody waits for a writer; SQLite says "busy" to a reader only while another process has the file to itself: for milliseconds
/// when it opens or closes it as the only one, and for as long as it likes with <c>locking_mode = exclusive</c>.
/// </summary>
static class Moment
{
    const int Ok = 0, Busy = 5, PrimaryCode = 0xFF;

    /// <summary>Between two looks.</summary>
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Lets a transaction that has begun see what there is now; none of its reads waits after that.</summary>
    /// <param name="connection">The connection that it began on. Its own commands would wait for whole seconds.</param>
    /// <param name="patience">How long to look again and again; zero = to look once.</param>
    /// <returns>False if another process still has the file to itself.</returns>
    /// <exception cref="SqliteException">The database cannot be read at all.</exception>
    public static bool TryTake(SqliteConnection connection, TimeSpan patience)
    {
        for (var waited = TimeSpan.Zero; ; waited += s_pause)
        {
            int code = raw.sqlite3_exec(connection.Handle, "select 1 from sqlite_schema limit 1");
            if (code == Ok) return true;
            if ((code & PrimaryCode) != Busy) SqliteException.ThrowExceptionForRC(code, connection.Handle);
            if (waited >= patience) return false;
            Thread.Sleep(s_pause);
        }
    }
}
