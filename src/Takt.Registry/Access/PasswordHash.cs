using System.Globalization;
using System.Security.Cryptography;

namespace Takt.Registry.Access;

/// <summary>Passwords as PBKDF2 with HMAC-SHA-512 (RFC 8018), 210,000 rounds as OWASP asks for it: <c>pbkdf2-sha512$ROUNDS$SALT$HASH</c>.</summary>
static class PasswordHash
{
    const string Scheme = "pbkdf2-sha512";
    const int Rounds = 210_000, SaltBytes = 16, HashBytes = 32;

    /// <summary>Compared with when there is no such account, so that guessing names takes as long as guessing passwords.</summary>
    static readonly Lazy<string> s_nobody = new(() => Make(""));

    public static string Make(string password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, Rounds, HashAlgorithmName.SHA512, HashBytes);
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}${Rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    /// <summary>Whether the password is the one; null for the hash = there is no account, which is never true but takes as long.</summary>
    public static bool Matches(string password, string? hash)
    {
        string[] parts = (hash ?? s_nobody.Value).Split('$');
        byte[] expected = Convert.FromBase64String(parts[3]);
        byte[] found = Rfc2898DeriveBytes.Pbkdf2(
            password, Convert.FromBase64String(parts[2]), int.Parse(parts[1], CultureInfo.InvariantCulture), HashAlgorithmName.SHA512, expected.Length);
        return CryptographicOperations.FixedTimeEquals(found, expected) && hash is not null;
    }
}
