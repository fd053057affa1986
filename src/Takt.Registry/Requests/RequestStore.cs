using Dapper;
using Microsoft.Data.Sqlite;
using Takt.Registry.Databases;

namespace Takt.Registry.Requests;

/// <summary>The calls that were written down, in a database of their own beside the registry's: <c>HOME/requests.db</c>.</summary>
public sealed class RequestStore
{
    /// <summary>Name of the database file in its home.</summary>
    public const string FileName = "requests.db";

    /// <summary>An outcome in a filter that means every one but <see cref="LoggedRequest.Ok"/>.</summary>
    public const string AnyFailure = "any-failure";

    /// <summary>Rows forgotten in one transaction: a few milliseconds, so that whoever writes calls down does not wait.</summary>
    const int AtOnce = 500;

    /// <summary>As <see cref="LoggedRequest"/> names them; its states of a payload have no underscore.</summary>
    static readonly string s_columns = $"id, {string.Join(", ", RequestWriter.Columns)}".Replace("payload,", "replace(payload, '_', '') as payload,", StringComparison.Ordinal);

    readonly RegistryDatabase _database;

    /// <summary>Opens the database; makes it where there is none.</summary>
    /// <param name="home">The home folder.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="Protocols.Problems.InputException">It cannot be opened, or was written by a newer Takt.</exception>
    public RequestStore(string home, TimeProvider clock) => _database = RegistryDatabase.OpenRequests(home, clock);

    /// <summary>The database file.</summary>
    public string Path => _database.Path;

    /// <summary>Writes calls down, all or none.</summary>
    public void Add(IReadOnlyList<(LoggedRequest Request, LoggedPayload? Payload)> calls) => _database.Write((db, transaction) =>
    {
        using var writer = new RequestWriter(db, transaction);
        foreach (var (request, payload) in calls) writer.Write(request, payload);
        return calls.Count;
    });

    /// <summary>Calls, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="before">Only those written before this one, to page on; null = from the newest.</param>
    public IReadOnlyList<LoggedRequest> List(RequestFilter filter, int limit, long? before = null)
    {
        if (filter.Models is { Count: 0 }) return [];
        string ofModels = filter.Models is null ? "" : "and model in @Models";
        return [.. _database.Read<LoggedRequest>($"""
            select {s_columns} from request
            where (@before is null or id < @before) {ofModels}
              and (@Version is null or version = @Version)
              and (@Door is null or door = @Door)
              and (@Outcome is null or outcome = @Outcome or (@Outcome = '{AnyFailure}' and outcome <> '{LoggedRequest.Ok}'))
              and (@From is null or at >= @From) and (@Until is null or at < @Until)
              and (not @ReplayableOnly or (payload = 'kept' and shadow = 0))
            order by id desc limit @limit
            """, new { filter.Models, filter.Version, filter.Door, filter.Outcome, filter.From, filter.Until, filter.ReplayableOnly, limit, before })];
    }

    /// <summary>A call, or null if there is none of that number any more.</summary>
    public LoggedRequest? Find(long id) => _database.Read<LoggedRequest>($"select {s_columns} from request where id = @id", new { id }) is [var call] ? call : null;

    /// <summary>What a call brought and got, or null if that was not kept.</summary>
    public LoggedPayload? Payload(long id) => Payloads([id]).GetValueOrDefault(id);

    /// <summary>What some calls brought and got; those of which that was not kept are not among them.</summary>
    public IReadOnlyDictionary<long, LoggedPayload> Payloads(IReadOnlyList<long> ids) =>
        _database.Read<PayloadRow>("select request, form, input, output, message, redacted from request_payload where request in @ids", new { ids }).ToDictionary(row => row.Request, row => row.Read());

    /// <summary>The models of which calls were written down, by name.</summary>
    public IReadOnlyList<string> Models() => _database.Read<string>("select model from request_size where bytes > 0 order by model");

    /// <summary>Bytes that the calls of a model take, about.</summary>
    public long Bytes(string model) => _database.Read<long>("select coalesce(sum(bytes), 0) from request_size where model = @model", new { model })[0];

    /// <summary>Forgets a model's calls that are too old or too many, oldest first, and gives their room back.</summary>
    /// <param name="model">The model.</param>
    /// <param name="oldest">Calls from before this moment are forgotten.</param>
    /// <param name="mostBytes">What the rest may take.</param>
    /// <returns>How many were forgotten.</returns>
    public int Forget(string model, DateTimeOffset oldest, long mostBytes)
    {
        int forgotten = 0, now;
        do
        {
            now = _database.Write((db, transaction) => ForgetSome(db, transaction, model, oldest, mostBytes));
            forgotten += now;
        }
        while (now == AtOnce);
        if (forgotten > 0) _database.GiveBackRoom();
        return forgotten;
    }

    static int ForgetSome(SqliteConnection db, SqliteTransaction transaction, string model, DateTimeOffset oldest, long mostBytes)
    {
        long excess = db.ExecuteScalar<long>("select coalesce((select bytes from request_size where model = @model), 0)", new { model }, transaction) - mostBytes;
        var forget = new List<long>();
        foreach (var (id, at, bytes) in db.Query<(long, string, long)>("select id, at, 256 + payload_bytes from request where model = @model order by id limit @AtOnce", new { model, AtOnce }, transaction))
        {
            if (excess <= 0 && new TimeHandler().Parse(at) >= oldest) break;
            forget.Add(id);
            excess -= bytes;
        }

        return forget.Count == 0 ? 0 : db.Execute("delete from request where model = @model and id <= @last", new { model, last = forget[^1] }, transaction);
    }

    /// <summary>A row of the table.</summary>
    sealed record PayloadRow
    {
        public long Request { get; init; }
        public required string Form { get; init; }
        public required byte[] Input { get; init; }
        public byte[]? Output { get; init; }
        public string? Message { get; init; }
        public required string Redacted { get; init; }

        public LoggedPayload Read() => new(Form, Input, Output, Message, Redacted.Length == 0 ? [] : Redacted.Split('\n'));
    }
}
