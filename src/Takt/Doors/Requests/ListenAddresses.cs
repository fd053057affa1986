using System.Net;
using Takt.Protocols.Problems;

namespace Takt.Doors.Requests;

/// <summary>Which addresses the server may listen on.</summary>
static class ListenAddresses
{
    /// <summary>Checks all addresses.</summary>
    /// <param name="urls">The addresses.</param>
    /// <param name="allowOpen">Whether other machines may reach a server that asks nobody who they are.</param>
    /// <exception cref="InputException">An address is none, or open without leave.</exception>
    public static void Check(IReadOnlyList<string> urls, bool allowOpen)
    {
        var problems = new List<Problem>();
        if (urls.Count == 0) problems.Add(new Problem("no address to listen on", ServerOptions.DefaultUrl));
        foreach (string url in urls)
        {
            if (!TryParse(url, out var address))
                problems.Add(new Problem($"address '{url}'", "scheme, host and port as in http://127.0.0.1:7070"));
            else if (!allowOpen && !IsLoopback(address.Host))
                problems.Add(new Problem($"{url} is open to other machines, and this server asks nobody who they are",
                    "an address of this machine alone, such as http://127.0.0.1:7070", "If everyone who reaches it may use and change its models, add --allow-open"));
        }

        if (problems.Count > 0) throw new InputException(problems);
    }

    static bool TryParse(string url, out BindingAddress address)
    {
        address = null!;
        try
        {
            address = BindingAddress.Parse(url);
            return address.Scheme is "http" or "https" && address.PathBase.Length == 0 && address.Port is >= 0 and <= 65535;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Any other name makes Kestrel listen on every address of the machine.</summary>
    static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
