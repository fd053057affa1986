using Microsoft.Data.Sqlite;
using Takt.Protocols.Problems;
using Takt.Registry.Access;

namespace Takt.Registry.Tests.Access;

public sealed class AccountStoreTests : IDisposable
{
    const string Password = "korrekt pferd batterie";

    readonly string _home = Directory.CreateTempSubdirectory("takt-accounts-").FullName;
    readonly ModelRegistry _registry;

    public AccountStoreTests() => _registry = ModelRegistry.Open(_home, TimeProvider.System);

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void The_right_password_signs_in_and_nothing_else_does()
    {
        var added = _registry.Accounts.Add("anna", Password, Role.Engineer);
        Assert.Equal(added, _registry.Accounts.SignIn("anna", Password));
        Assert.Equal(Role.Engineer, added.Role);
        Assert.Null(_registry.Accounts.SignIn("anna", Password + " "));
        Assert.Null(_registry.Accounts.SignIn("anna", ""));
        Assert.Null(_registry.Accounts.SignIn("nobody", ""));
        Assert.Null(_registry.Accounts.SignIn("anna' or '1'='1", Password));
    }

    [Fact]
    public void A_new_password_or_role_ends_the_sign_ins_from_before()
    {
        _registry.Accounts.Add("anna", Password, Role.Admin);
        _registry.Accounts.Add("bob", Password, Role.Viewer);
        string before = _registry.Accounts.SignIn("bob", Password)!.Stamp;
        _registry.Accounts.ChangeRole("bob", Role.Operator);
        string after = _registry.Accounts.SignIn("bob", Password)!.Stamp;
        Assert.NotEqual(before, after);
        _registry.Accounts.ChangePassword("bob", "another long password");
        Assert.Null(_registry.Accounts.SignIn("bob", Password));
        Assert.NotEqual(after, _registry.Accounts.SignIn("bob", "another long password")!.Stamp);
    }

    [Fact]
    public void The_last_admin_stays_one_as_long_as_there_are_others()
    {
        _registry.Accounts.Add("anna", Password, Role.Admin);
        _registry.Accounts.Add("bob", Password, Role.Viewer);
        Assert.Contains("last admin", Assert.Throws<InputException>(() => _registry.Accounts.Remove("anna")).Message);
        Assert.Contains("last admin", Assert.Throws<InputException>(() => _registry.Accounts.ChangeRole("anna", Role.Engineer)).Message);
        _registry.Accounts.Remove("bob");
        _registry.Accounts.Remove("anna");
        Assert.Empty(_registry.Accounts.List());
    }

    [Theory]
    [InlineData("anna", "short", "10 to 1000")]
    [InlineData("a b", Password, "a b")]
    [InlineData("taken", Password, "there already")]
    public void What_makes_no_account_is_told(string name, string password, string told)
    {
        _registry.Accounts.Add("taken", Password, Role.Admin);
        Assert.Contains(told, Assert.Throws<InputException>(() => _registry.Accounts.Add(name, password, Role.Viewer)).Message);
    }

    [Fact]
    public void Passwords_and_secrets_are_nowhere_in_the_files_of_the_registry()
    {
        // As long as one connection is open the log beside the database stays, whoever closes others meanwhile.
        using var held = new SqliteConnection($"Data Source={Path.Combine(_home, "registry.db")};Pooling=False");
        held.Open();
        using var look = held.CreateCommand();
        look.CommandText = "select count(*) from account";
        look.ExecuteScalar();
        _registry.Accounts.Add("anna", Password, Role.Admin);
        var (_, text) = _registry.Keys.Create("press", Permissions.Predict, ModelPatterns.Every);
        string secret = ApiKeySecret.Parse(text)!.Value.Secret;
        foreach (string file in Directory.EnumerateFiles(_home, "registry.db*"))
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(open, System.Text.Encoding.Latin1);
            string content = reader.ReadToEnd();
            Assert.DoesNotContain(Password, content);
            Assert.DoesNotContain(secret, content);
        }
    }
}
