using Dapper;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;

namespace Takt.Registry.Access;

/// <summary>A person who may sign in.</summary>
/// <param name="Name">The name to sign in with.</param>
/// <param name="Role">What the person is.</param>
/// <param name="Stamp">Changes with password and role; a sign-in remembers it and ends when it differs.</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record Account(string Name, Role Role, string Stamp, DateTimeOffset CreatedAt);

/// <summary>The people who may sign in.</summary>
/// <param name="database">Where they are kept.</param>
/// <param name="clock">The time.</param>
public sealed class AccountStore(RegistryDatabase database, TimeProvider clock)
{
    /// <summary>Shorter ones are guessed (NIST SP 800-63B asks for at least 8 and sets no other rule).</summary>
    public const int ShortestPassword = 10;

    const int LongestPassword = 1000;

    /// <summary>Rises with every change of accounts and keys: one row read, and hardly anybody waited for.</summary>
    /// <exception cref="DatabaseBusyException">Another process has the database to itself.</exception>
    public long Stamp() => database.Glance<long>("select changes from access_stamp");

    /// <summary>Everyone, by name.</summary>
    public IReadOnlyList<Account> List() => [.. database.Read<Row>("select * from account order by name").Select(r => r.ToAccount())];

    /// <summary>Adds an account.</summary>
    /// <returns>The account as it was added; somebody else may have changed or removed it since.</returns>
    /// <exception cref="InputException">The name is taken or breaks the rules for names; the password is too short.</exception>
    public Account Add(string name, string password, Role role)
    {
        CheckName(name);
        CheckPassword(password);
        string hash = PasswordHash.Make(password);
        var account = new Account(name, role, NewStamp(), clock.GetUtcNow());
        return database.Write((db, transaction) => db.Execute(
            "insert into account (name, password_hash, role, stamp, created_at) values (@Name, @hash, @role, @Stamp, @CreatedAt) on conflict do nothing",
            new { account.Name, hash, role = role.ToName(), account.Stamp, account.CreatedAt }, transaction) == 1
            ? account
            : throw new InputException($"an account '{name}' that is there already", "a new name", "Give it another password or role instead"));
    }

    /// <summary>The account, if name and password are right; null otherwise. Takes as long either way.</summary>
    public Account? SignIn(string name, string password)
    {
        var found = database.Read<Row>("select * from account where name = @name", new { name }) is [var row] ? row : null;
        return password.Length <= LongestPassword && PasswordHash.Matches(password, found?.PasswordHash) ? found!.ToAccount() : null;
    }

    /// <summary>Gives an account another password; its sign-ins end.</summary>
    /// <exception cref="InputException">There is no such account, or the password is too short.</exception>
    public void ChangePassword(string name, string password)
    {
        CheckPassword(password);
        string hash = PasswordHash.Make(password);
        database.Write((db, transaction) => db.Execute(
            "update account set password_hash = @hash, stamp = @stamp where name = @name", new { name, hash, stamp = NewStamp() }, transaction) == 1 ? 0 : throw Unknown(name));
    }

    /// <summary>Gives an account another role; its sign-ins end.</summary>
    /// <exception cref="InputException">There is no such account, or it is the last admin.</exception>
    public void ChangeRole(string name, Role role) => database.Write((db, transaction) =>
    {
        if (db.Execute("update account set role = @role, stamp = @stamp where name = @name", new { name, role = role.ToName(), stamp = NewStamp() }, transaction) == 0) throw Unknown(name);
        return KeepAnAdmin(db, transaction, name);
    });

    /// <summary>Removes an account; its sign-ins end.</summary>
    /// <exception cref="InputException">There is no such account, or it is the last admin.</exception>
    public void Remove(string name) => database.Write((db, transaction) =>
    {
        if (db.Execute("delete from account where name = @name", new { name }, transaction) == 0) throw Unknown(name);
        // The very last account may go: then the server asks nobody again, as when it was new.
        return db.ExecuteScalar<int>("select count(*) from account", transaction: transaction) == 0 ? 0 : KeepAnAdmin(db, transaction, name);
    });

    static int KeepAnAdmin(System.Data.IDbConnection db, System.Data.IDbTransaction transaction, string name) =>
        db.ExecuteScalar<int>("select count(*) from account where role = 'admin'", transaction: transaction) > 0
            ? 0
            : throw new InputException($"'{name}' is the last admin", "at least one admin while there are accounts", "Make somebody else an admin first");

    /// <summary>Names of accounts follow the rules for names of models.</summary>
    static void CheckName(string name) => ResourceName.Check(name, "account");

    static void CheckPassword(string password)
    {
        if (password.Length is < ShortestPassword or > LongestPassword)
            throw new InputException($"a password of {password.Length} characters", $"{ShortestPassword} to {LongestPassword}", "Four or five random words are easy to keep and hard to guess");
    }

    InputException Unknown(string name) => new($"no account '{name}'", wayOut: NearestName.Suggest(name, [.. List().Select(a => a.Name)]));

    static string NewStamp() => Guid.NewGuid().ToString("N");

    sealed record Row
    {
        public string Name { get; init; } = "";
        public string PasswordHash { get; init; } = "";
        public string Role { get; init; } = "";
        public string Stamp { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }

        public Account ToAccount() => new(Name, PermissionNames.ParseRole(Role), Stamp, CreatedAt);
    }
}
