using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Takt.Protocols.Problems;

namespace Takt.Doors.Requests;

/// <summary>Which addresses the server may listen on.</summary>
static class ListenAddresses
{
    /// <summary>Checks all addresses.</summary>
    /// <param name="urls">The addresses.</param>
    /// <param name="allowOpen">Whether other machines may reach a server that asks nobody who they are.</param>
    /// <param name="allowPlaintext">Whether other machines may speak to it without encryption.</param>
    /// <exception cref="InputException">An address is none, or reaches further than is allowed.</exception>
    public static void Check(IReadOnlyList<string> urls, bool allowOpen, bool allowPlaintext)
    {
        var problems = new List<Problem>();
        if (urls.Count == 0) problems.Add(new Problem("no address to listen on", ServerOptions.DefaultUrl));
        foreach (string url in urls)
        {
            if (!TryParse(url, out var address))
                problems.Add(new Problem($"address '{url}'", "scheme, host and port as in http://127.0.0.1:7070"));
            else if (address.Scheme == "http" && !allowOpen && !allowPlaintext && !IsLoopbackHost(address.Host))
                problems.Add(new Problem($"{url} lets other machines send passwords and keys that anyone on the way can read",
                    $"https, as in https://{address.Host}:{address.Port}, or an address of this machine alone, such as {ServerOptions.DefaultUrl}",
                    "Give --certificate FILE, or none and Takt makes one. If the network is yours alone or a proxy encrypts, add --allow-plaintext; if everyone who reaches it may use and change its models without signing in, --allow-open"));
        }

        if (problems.Count > 0) throw new InputException(problems);
    }

    /// <summary>Whether only this machine reaches an address.</summary>
    public static bool IsLoopback(string url) => TryParse(url, out var address) && IsLoopbackHost(address.Host);

    /// <summary>Whether a host's name or address means this machine. Any other name makes Kestrel listen on every address of the machine.</summary>
    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>Where gRPC is spoken beside these addresses, unless told otherwise: on the next port, and on any port where any was wanted.</summary>
    public static IReadOnlyList<string> GrpcBeside(IReadOnlyList<string> urls) =>
        [.. from url in urls
            where TryParse(url, out _)
            let address = BindingAddress.Parse(url)
            where address.Scheme == "http"
            let beside = string.Create(CultureInfo.InvariantCulture, $"http://{address.Host}:{(address.Port == 0 ? 0 : address.Port + 1)}")
            where address.Port == 0 || !urls.Contains(beside)
            select beside];

    /// <summary>Listens on an address.</summary>
    /// <param name="kestrel">What listens.</param>
    /// <param name="url">The address, checked.</param>
    /// <param name="protocols">What is spoken there.</param>
    public static void Listen(KestrelServerOptions kestrel, string url, HttpProtocols protocols)
    {
        var address = BindingAddress.Parse(url);
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)) kestrel.Listen(ip, address.Port, Speak);
        else if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) kestrel.ListenLocalhost(address.Port, Speak);
        else kestrel.ListenAnyIP(address.Port, Speak);

        void Speak(ListenOptions options)
        {
            bool secure = address.Scheme == "https";
            // Without TLS there is nothing by which the two could be told apart when a connection begins.
            options.Protocols = protocols == HttpProtocols.Http1AndHttp2 && !secure ? HttpProtocols.Http1 : protocols;
            if (secure) options.UseHttps();
        }
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
}
