using System.Data;
using Microsoft.Data.Sqlite;

namespace Takt.Registry.Requests;

/// <summary>Writes calls with two statements that are compiled once for all calls of a transaction: at thousands of calls a second compiling would be most of the work.</summary>
sealed class RequestWriter : IDisposable
{
    /// <summary>Columns of a call, but for its number, which the database gives.</summary>
    public static readonly string[] Columns =
        ["at", "model", "version", "asked", "door", "caller", "request_id", "rows", "outcome", "shadow", "load_ms", "queue_ms", "input_ms", "compute_ms", "output_ms", "payload", "payload_bytes"];

    static readonly string[] s_payload = ["request", "form", "input", "output", "message", "redacted"];

    readonly SqliteCommand _request, _payload;
    readonly Databases.TimeHandler _times = new();

    public RequestWriter(SqliteConnection db, SqliteTransaction transaction)
    {
        _request = Command(db, transaction, "request", Columns, "select last_insert_rowid()");
        _payload = Command(db, transaction, "request_payload", s_payload, "");
    }

    public void Write(LoggedRequest call, LoggedPayload? payload)
    {
        _times.SetValue(_request.Parameters[0], call.At);
        Set(_request, 1, call.Model, call.Version, call.Asked, call.Door, call.Caller, call.RequestId, call.Rows, call.Outcome, call.Shadow ? 1 : 0,
            call.LoadMs, call.QueueMs, call.InputMs, call.ComputeMs, call.OutputMs,
            call.Payload switch { PayloadState.Kept => "kept", PayloadState.TooLarge => "too_large", _ => "none" }, call.PayloadBytes);
        object? id = _request.ExecuteScalar();
        if (payload is null) return;
        Set(_payload, 0, id, payload.Form, payload.Input, payload.Output, payload.Message, string.Join('\n', payload.Redacted));
        _payload.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _request.Dispose();
        _payload.Dispose();
    }

    static SqliteCommand Command(SqliteConnection db, SqliteTransaction transaction, string table, string[] columns, string then)
    {
        var command = db.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // of names in this file alone
        command.CommandText = $"insert into {table} ({string.Join(", ", columns)}) values ({string.Join(", ", columns.Select(c => "@" + c))}); {then}";
#pragma warning restore CA2100
        foreach (string column in columns) command.Parameters.Add(new SqliteParameter { ParameterName = "@" + column });
        return command;
    }

    static void Set(SqliteCommand command, int first, params ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++) ((IDataParameter)command.Parameters[first + i]).Value = values[i] ?? DBNull.Value;
    }
}
