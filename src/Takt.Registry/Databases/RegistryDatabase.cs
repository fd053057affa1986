using Dapper;
using Microsoft.Data.Sqlite;
using Takt.Protocols.Problems;

namespace Takt.Registry.Databases;

/// <summary>
/// A database of a home folder: SQLite in WAL mode, the registry's at <c>HOME/registry.db</c>. Several processes may use one home at once:
/// readers wait for no writer, writers wait for each other (at most <see cref="LongestWait"/>).
/// </summary>
public sealed class RegistryDatabase
{
    /// <summary>How long a writer waits for another before it gives up. A write takes milliseconds; half a minute means that something is stuck, and a training's result is worth so much patience.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>How long a reader waits for a process that has the file to itself, as one has for milliseconds that opens or closes it alone.</summary>
    static readonly TimeSpan s_longestRead = TimeSpan.FromSeconds(1);

    /// <summary>SQLITE_CONSTRAINT: a mistake of our own, which must keep its stack trace.</summary>
    const int ConstraintBroken = 19;

    /// <summary>The same for who looks in passing.</summary>
    static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(50);

    readonly string _connectionString, _synchronous;
    readonly TimeSpan _longestWait;
    readonly TimeProvider _clock;

    static RegistryDatabase()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.AddTypeHandler(new TimeHandler());
    }

    RegistryDatabase(string path, string scripts, string synchronous, TimeProvider clock, TimeSpan longestWait)
    {
        (Path, Scripts, _synchronous, _clock, _longestWait) = (path, scripts, synchronous, clock, longestWait);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,   // a file that vanishes while the registry is open is missed, not replaced by an empty one
            ForeignKeys = true,
            DefaultTimeout = (int)longestWait.TotalSeconds,
        }.ToString();
    }

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>The folder in <c>Migrations/</c> with the scripts that make its schema; empty = those of the registry.</summary>
    internal string Scripts { get; }

    /// <summary>Whether rows come and go in it, so that the room they took must be given back.</summary>
    internal bool ForgetsRows => Scripts.Length > 0;

    /// <summary>Opens the database of a home folder, makes it where there is none, and brings its schema up to date.</summary>
    /// <param name="home">The home folder; made if it is not there.</param>
    /// <param name="clock">The time.</param>
    /// <param name="longestWait">How long a writer waits, in whole seconds; null = <see cref="LongestWait"/>.</param>
    /// <exception cref="InputException">The folder cannot be made; it was written by a newer Takt, or is no database.</exception>
    public static RegistryDatabase Open(string home, TimeProvider clock, TimeSpan? longestWait = null) =>
        Open(home, "registry.db", "", "full", clock, longestWait ?? LongestWait); // what was acknowledged must survive a power cut, not just a killed process

    /// <summary>Opens the database of the calls that were written down, <c>HOME/requests.db</c>. A power cut may cost its last moments; a killed process costs nothing.</summary>
    /// <inheritdoc cref="Open(string, TimeProvider, TimeSpan?)"/>
    internal static RegistryDatabase OpenRequests(string home, TimeProvider clock) => Open(home, Requests.RequestStore.FileName, "Requests", "normal", clock, LongestWait);

    static RegistryDatabase Open(string home, string file, string scripts, string synchronous, TimeProvider clock, TimeSpan longestWait)
    {
        try
        {
            Directory.CreateDirectory(home);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{home} cannot be a home folder: {failure.Message.TrimEnd('.')}", "a folder that may be read and written", "Choose another --home");
        }

        var database = new RegistryDatabase(System.IO.Path.GetFullPath(System.IO.Path.Combine(home, file)), scripts, synchronous, clock, longestWait);
        Schema.BringUpToDate(database);
        return database;
    }

    /// <summary>A connection; dispose it soon. Connections are pooled.</summary>
    /// <param name="create">Whether the file is made where there is none.</param>
    internal SqliteConnection Connect(bool create = false)
    {
        var connection = new SqliteConnection(create ? new SqliteConnectionStringBuilder(_connectionString) { Mode = SqliteOpenMode.ReadWriteCreate }.ToString() : _connectionString);
        connection.Open();
        SqlFunctions.AddTo(connection, _clock);
        return connection;
    }

    /// <summary>Does work in one transaction that takes the write lock at its start, so that it cannot fail half-way for another writer.</summary>
    internal T Write<T>(Func<SqliteConnection, SqliteTransaction, T> work)
    {
        try
        {
            using var connection = Connect();
            connection.Execute($"pragma synchronous = {_synchronous}");
            using var transaction = connection.BeginTransaction(deferred: false);
            T result = work(connection, transaction);
            transaction.Commit();
            return result;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode != ConstraintBroken)
        {
            throw Explain(failure);
        }
    }

    /// <summary>Gives the file system back what deleted rows took, a bounded part of it at a time.</summary>
    internal void GiveBackRoom()
    {
        try
        {
            using var connection = Connect();
            connection.Execute("pragma incremental_vacuum(4096)");
        }
        catch (SqliteException failure)
        {
            throw Explain(failure);
        }
    }

    /// <summary>What to throw instead of SQLite's own failure.</summary>
    internal Exception Explain(SqliteException failure) => DatabaseFailure.Explain(failure, Path, _longestWait);

    /// <summary>Reads a single value and hardly waits: for those who look again and again, and do without meanwhile.</summary>
    internal T Glance<T>(string sql) => ReadMoment((db, moment) => db.QuerySingle<T>(sql, transaction: moment), s_glance);

    /// <summary>Reads with one query.</summary>
    internal IReadOnlyList<T> Read<T>(string sql, object? parameters = null) =>
        ReadMoment((db, moment) => db.Query<T>(sql, parameters, moment).AsList());

    /// <summary>Reads with several queries that all see the same moment, whatever others write meanwhile.</summary>
    /// <exception cref="DatabaseBusyException">Another process has the file to itself.</exception>
    internal T ReadMoment<T>(Func<SqliteConnection, SqliteTransaction, T> work) => ReadMoment(work, s_longestRead);

    T ReadMoment<T>(Func<SqliteConnection, SqliteTransaction, T> work, TimeSpan patience)
    {
        try
        {
            using var connection = Connect();
            using var moment = connection.BeginTransaction(deferred: true);
            return Moment.TryTake(connection, patience) ? work(connection, moment) : throw DatabaseFailure.Unreadable(Path);
        }
        catch (SqliteException failure)
        {
            throw Explain(failure);
        }
    }
}
