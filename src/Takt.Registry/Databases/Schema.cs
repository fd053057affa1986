using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Takt.Protocols.Problems;

namespace Takt.Registry.Databases;

/// <summary>Brings a database up to date with the numbered SQL files in <c>Migrations/</c>; <c>user_version</c> says how far it is.</summary>
static class Schema
{
    public static void BringUpToDate(RegistryDatabase database)
    {
        try
        {
            using var connection = database.Connect(create: true);
            var scripts = Scripts(database.Scripts);
            if (IsUpToDate(connection, scripts[^1].Number)) return;   // the usual case: no lock, so that nobody who only reads waits for a writer
            if (database.ForgetsRows) connection.Execute("pragma auto_vacuum = incremental"); // counts only before the first table
            connection.Execute("pragma journal_mode = wal");
            // The write lock comes before the look at the version: of two processes that start at once, the second finds the work done.
            using var transaction = connection.BeginTransaction(deferred: false);
            int version = connection.ExecuteScalar<int>("pragma user_version", transaction: transaction);
            if (version > scripts[^1].Number)
                throw new InputException($"{database.Path} has schema {version}", $"at most {scripts[^1].Number}, which this Takt knows",
                    "It was written by a newer Takt: update this one, or choose another --home");
            foreach (var (number, sql) in scripts.Where(s => s.Number > version))
            {
                connection.Execute(sql, transaction: transaction);
                connection.Execute(string.Create(CultureInfo.InvariantCulture, $"pragma user_version = {number}"), transaction: transaction);
            }

            transaction.Commit();
        }
        catch (SqliteException failure)
        {
            throw database.Explain(failure);
        }
    }

    static bool IsUpToDate(SqliteConnection connection, int newest) =>
        connection.ExecuteScalar<int>("pragma user_version") == newest && connection.ExecuteScalar<string>("pragma journal_mode") == "wal";

    static List<(int Number, string Sql)> Scripts(string folder)
    {
        var assembly = typeof(Schema).Assembly;
        var names = assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal) && (Path.GetDirectoryName(n) ?? "") == folder);
        return [.. names.Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return (int.Parse(Path.GetFileName(name).AsSpan(0, 3), CultureInfo.InvariantCulture), reader.ReadToEnd());
        })];
    }
}
