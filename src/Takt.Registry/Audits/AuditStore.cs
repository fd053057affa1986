using System.Globalization;
using Dapper;
using Takt.Protocols.Access;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;

namespace Takt.Registry.Audits;

/// <summary>Who did what, in a chain of hashes that shows every change made to it afterwards.</summary>
/// <param name="database">Where it is kept.</param>
/// <param name="clock">The time.</param>
public sealed class AuditStore(RegistryDatabase database, TimeProvider clock)
{
    const int LongestReason = 1000;

    const string Entries = "select e.id, e.at, e.kind, e.subject, e.detail, l.actor, l.previous, l.hash from event e left join audit_link l on l.event_id = e.id";

    /// <summary>The entries, newest first.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="before">Only those before this number, to page on; null = from the newest.</param>
    /// <param name="subject">Only those about this model, account or key, whatever version or alias; null = all.</param>
    public IReadOnlyList<AuditEntry> List(int limit = 100, long? before = null, string? subject = null) => database.Read<AuditEntry>($"""
        {Entries}
        where (@before is null or e.id < @before)
          and (@subject is null or e.subject = @subject or e.subject like @subject || ':%' or e.subject like @subject || '@%')
        order by e.id desc limit @limit
        """, new { limit, before, subject });

    /// <summary>Notes what is not a change of the registry itself, such as a refused sign-in.</summary>
    /// <param name="kind">What happened, in the form <c>sign-in-refused</c>.</param>
    /// <param name="subject">What it happened to.</param>
    /// <param name="detail">More, or null.</param>
    public void Add(string kind, string subject, string? detail = null) => database.Write((db, transaction) => db.Execute(
        "insert into event (at, kind, subject, detail) values (@now, @kind, @subject, @detail)", new { now = clock.GetUtcNow(), kind, subject, detail }, transaction));

    /// <summary>Notes that a server could not load a version that was wanted: <see cref="LiveAt"/> tells it beside what was wanted.</summary>
    public void NoteLoadFailure(string model, int version, string reason) =>
        Add(LiveQuestion.LoadFailed, string.Create(CultureInfo.InvariantCulture, $"{model}:{version}"), reason.Length <= LongestReason ? reason : reason[..LongestReason] + "…");

    /// <summary>Recomputes the whole chain, and compares versions, aliases and deployments with what it says of them.</summary>
    /// <returns>How long it is, its last hash, and the first entry that does not fit the one before it or the registry, if any. Whoever writes the last hash down elsewhere can also prove that the end was not cut off.</returns>
    public AuditReport Verify() => database.ReadMoment((db, moment) =>
    {
        string last = "";
        long count = 0;
        long? contradiction = AuditFacts.FirstContradiction(db, moment);
        foreach (var entry in db.Query<AuditEntry>($"{Entries} order by e.id", transaction: moment, buffered: false))
        {
            if (entry.Id == contradiction || entry.Previous != last || entry.Hash != AuditEntry.HashOf(last, entry.Id, entry.At, entry.Kind, entry.Subject, entry.Detail, entry.Actor)) return new AuditReport(count, last, entry.Id);
            last = entry.Hash;
            count++;
        }

        return new AuditReport(count, last, null, AuditFacts.FirstUnnoted(db, moment));
    });

    /// <summary>Whether an entry with this hash is in the chain.</summary>
    public bool Holds(string hash) => database.Read<int>("select count(*) from audit_link where hash = @hash", new { hash })[0] > 0;

    /// <summary>Which versions answered for a model's bare name at a moment, as it was wanted then: by its deployment, else the one that the alias champion pointed to, else the newest that was there.</summary>
    /// <exception cref="InputException">The deployment of that moment is not the one that the audit noted.</exception>
    public LiveVersions LiveAt(string model, DateTimeOffset at) => database.ReadMoment((db, moment) => new LiveQuestion(db, moment, model, at).Answer());
}
