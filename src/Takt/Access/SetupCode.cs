using System.Security.Cryptography;
using System.Text;

namespace Takt.Access;

/// <summary>What the person at the machine reads in the server's log and types into the page that makes the first administrator: proof of being the one who started it.</summary>
sealed class SetupCode
{
    /// <summary>Eight digits, new at each start.</summary>
    public string Text { get; } = RandomNumberGenerator.GetString("0123456789", 8);

    /// <summary>Whether it is the one.</summary>
    public bool Matches(string given) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given.Trim()), Encoding.UTF8.GetBytes(Text));
}
