using System.Text;

namespace Takt.EndToEnd.Malformed;

/// <summary>A request as it goes over the wire, in parts that can be damaged one by one.</summary>
sealed record WireRequest(string Verb, string Target, byte[] Body)
{
    public List<(string Name, string Value)> Headers { get; init; } = [("Content-Type", "application/json")];

    public string Version { get; init; } = "HTTP/1.1";

    /// <summary>Length of the JSON part, where bytes follow it.</summary>
    public int? JsonLength { get; init; }

    /// <summary>What the undamaged request may be answered with.</summary>
    public int[] Expected { get; init; } = [200];

    /// <summary>Whether it goes to a server that others reach and that has no administrator yet.</summary>
    public bool IsAtGate { get; init; }

    /// <summary>Whether its body is that of a page's form.</summary>
    public bool IsForm => Headers.Contains(FormType);

    /// <summary>Whether it is no whole, well-framed request any more: a server may then close the connection instead of answering.</summary>
    public bool IsUnframed { get; init; }

    /// <summary>Whether it asks for an answer within a time, which may then be too short for one.</summary>
    public bool IsTimed => Headers.Exists(h => h.Name == "grpc-timeout") || Encoding.UTF8.GetString(Body).Contains("timeout", StringComparison.OrdinalIgnoreCase) || Headers.Exists(h => h.Name == "Content-Encoding");

    static (string Name, string Value) FormType => ("Content-Type", "application/x-www-form-urlencoded");

    public static WireRequest Json(string target, string json) => new("POST", target, Encoding.UTF8.GetBytes(json));

    /// <summary>The form of a page, which answers with the page or leads on to one.</summary>
    public static WireRequest Form(string target, string fields) => new("POST", target, Encoding.UTF8.GetBytes(fields)) { Headers = [FormType], Expected = [200, 302] };

    /// <summary>A JSON part and the bytes of tensors after it.</summary>
    public static WireRequest Binary(string target, string json, byte[] bytes)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        return new("POST", target, [.. text, .. bytes])
        {
            Headers = [("Content-Type", "application/octet-stream"), ("Inference-Header-Content-Length", $"{text.Length}")],
            JsonLength = text.Length,
        };
    }

    /// <summary>The same request with other headers.</summary>
    public WireRequest With(params (string Name, string Value)[] headers) => this with { Headers = [.. Headers.Where(h => !headers.Any(n => n.Name == h.Name)), .. headers] };

    /// <summary>The bytes to send over HTTP/1.1. Latin 1, so that headers can hold any byte.</summary>
    public byte[] ToBytes(string host)
    {
        var head = new StringBuilder().Append(Verb).Append(' ').Append(Target).Append(' ').Append(Version).Append("\r\n");
        if (!Headers.Exists(h => h.Name == "Host")) head.Append("Host: ").Append(host).Append("\r\n");
        if (!Headers.Exists(h => h.Name is "Content-Length" or "Transfer-Encoding") && (Body.Length > 0 || Verb is "POST" or "PUT")) head.Append("Content-Length: ").Append(Body.Length).Append("\r\n");
        foreach (var (name, value) in Headers) head.Append(name).Append(": ").Append(value).Append("\r\n");
        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. Body];
    }

    public override string ToString() => Encoding.Latin1.GetString(ToBytes("host")) is { Length: > 1500 } text ? text[..1500] + "…" : Encoding.Latin1.GetString(ToBytes("host"));
}
