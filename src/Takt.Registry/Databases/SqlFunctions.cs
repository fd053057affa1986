using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Takt.Registry.Audits;

namespace Takt.Registry.Databases;

/// <summary>The functions that the schema's triggers call, so that the audit is written in the transaction of the change itself.</summary>
static class SqlFunctions
{
    /// <summary>Gives a connection its functions; they end with it.</summary>
    public static void AddTo(SqliteConnection connection, TimeProvider clock)
    {
        connection.CreateFunction("actor", () => Actor.Current);
        connection.CreateFunction("now", () => clock.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        connection.CreateFunction<string, string>("sha256", text => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), isDeterministic: true);
        connection.CreateFunction<string, long, string, string, string, string?, string, string>("audit_hash", AuditEntry.HashOf, isDeterministic: true);
    }
}
