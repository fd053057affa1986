using System.IO.Compression;
using System.Text;
using Takt.Tensors;

namespace Takt.EndToEnd.Malformed;

/// <summary>Damages requests of HTTP/1.1: their bytes, their JSON, their forms, their headers, their address, their packing, their framing. The same seed gives the same damage.</summary>
sealed class RequestMutator(Generator random)
{
    static readonly string[] s_types =
    [
        "", "text/plain", "application/json; charset=utf-16", "application/json;;;", "application/octet-stream", "text/csv", "application/grpc", "application/grpc+proto", "application/x-www-form-urlencoded",
        "multipart/form-data", "multipart/form-data; boundary=x", "json", "application/problem+json", "application/json, text/plain", "\u00ff\u00fe", "application/" + new string('x', 3000),
    ];

    static readonly (string Name, string[] Values)[] s_headers =
    [
        ("Inference-Header-Content-Length", ["-1", "0", "1", "9", "99999999", "99999999999999999999", "abc", "1.5", " 7", "", "0x10", "7, 7"]),
        ("Content-Encoding", ["gzip", "deflate", "br", "identity", "gzip, gzip", "zstd", "x", ""]),
        ("Accept-Encoding", ["gzip", "identity;q=0, *;q=0", "\u00ff", new string('g', 500)]),
        ("Accept", ["text/html", "application/xml", "*/*;q=0", ";;;,"]),
        ("Authorization", ["Bearer takt_nothing", "Bearer", "Basic AAAA", "Bearer " + new string('x', 4000), "\u00ff"]),
        ("Cookie", ["takt.signin=CfDJ8garbage", "takt.signin=", ";;;=;", new string('c', 4000)]),
        ("Origin", ["https://evil.example", "null", "\u00ff"]),
        ("X-Request-Id", ["a b", "ok-1", new string('i', 300), "\u00ff", ""]),
        ("Expect", ["100-continue", "200-maybe"]),
        ("Host", ["", "a b", "evil.example:99999", "[::1", "\u00ff"]),
        ("Upgrade", ["websocket", "h2c"]),
        ("Connection", ["close", "Upgrade, HTTP2-Settings", "keep-alive, \u0001"]),
        ("X-Amzn-SageMaker-Target-Model", ["nobody", "pr ess", "press:0", "../x", "\u00ff"]),
        ("Content-Type", s_types),
        ("TE", ["trailers", "gzip"]),
        ("X-Forwarded-For", ["1.2.3.4", "\u00ff"]),
        ("Range", ["bytes=0-1", "bytes=9-1"]),
        ("If-None-Match", ["*", "\"x\""]),
        ("traceparent", ["00-0-0-0", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "\u00ff"]),
    ];

    static readonly string[] s_verbs = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "FOO", "post", "P\u00f6ST", "", new string('V', 50)];

    static readonly string[] s_segments =
    [
        "", ".", "..", "%00", "%ff", "%2e%2e", "%2f", "%zz", "%", "nobody", "NOBODY", "a b", "press:0", "press@", "press:99999999999999999999", "press@nobody", "press:2:3", "@", ":", "\u00ff", "{model}", "*",
        new string('n', 101), new string('n', 5000), "infer", "versions", "load", "predict:predict", ":predict", "%F0%9F%98%80", "con", "..%5c..", ";x=1", "stats", "-1", "0", "1e3", "2147483648",
    ];

    static readonly string[] s_queries = ["?", "?explain", "?explain=maybe", "?explain=%ZZ", "?model=", "?model=nobody", "?model=a&model=b", "?model=%00", "?%", "?explain=1&explain=0", "?x=\u00ff", "?" + new string('q', 3000), "?model=press:9", "?limit=0", "?limit=x", "?before=-9", "?since=yesterday", "?at=2026-13-40"];

    /// <summary>A damaged copy.</summary>
    public WireRequest Mutate(WireRequest good)
    {
        var bad = good with { Headers = [.. good.Headers] };
        for (int i = random.NextInt(4) == 0 ? 2 : 1; i > 0; i--) bad = Once(bad);
        return bad;
    }

    WireRequest Once(WireRequest request) => random.NextInt(20) switch
    {
        < 8 => request.IsForm ? Form(request) : Json(request),
        < 12 => Bytes(request),
        12 or 13 => Header(request),
        14 or 15 => Address(request),
        16 => Packing(request),
        17 => Sizes(request),
        18 => request with { Verb = Pick(s_verbs) },
        _ => Framing(request),
    };

    /// <summary>A value of the JSON part; the header that tells its length follows, mostly.</summary>
    WireRequest Json(WireRequest request)
    {
        int length = request.JsonLength ?? request.Body.Length;
        if (length == 0 || length > request.Body.Length || request.Body[0] != (byte)'{') return Bytes(request);
        byte[] json;
        try
        {
            json = Encoding.UTF8.GetBytes(new JsonMutator(random).Mutate(Encoding.UTF8.GetString(request.Body.AsSpan(0, length))));
        }
        catch (Exception error) when (error is System.Text.Json.JsonException or ArgumentException or InvalidOperationException)   // no JSON any more, by an earlier damage
        {
            return Bytes(request);
        }

        var changed = request with { Body = [.. json, .. request.Body.AsSpan(length)] };
        return request.JsonLength is null || random.NextInt(10) == 0 ? changed : changed.With(("Inference-Header-Content-Length", $"{json.Length}")) with { JsonLength = json.Length };
    }

    WireRequest Form(WireRequest request) => request with { Body = Encoding.UTF8.GetBytes(new FormMutator(random).Mutate(Encoding.UTF8.GetString(request.Body))) };

    WireRequest Bytes(WireRequest request) => request with { Body = Bytes(request.Body) };

    /// <summary>Bytes cut, doubled, missing or changed; also used on messages of gRPC.</summary>
    public byte[] Bytes(byte[] good)
    {
        if (good.Length == 0) return [(byte)random.NextInt(256)];
        byte[] bytes = [.. good];
        int at = random.NextInt(bytes.Length);
        switch (random.NextInt(6))
        {
            case 0: return bytes[..at];
            case 1: return [.. bytes[..at], .. bytes[random.NextInt(bytes.Length)..]];
            case 2: return [.. bytes, .. bytes[at..]];
            case 3: return [.. bytes[..at], .. (byte[])[0xC3, 0x28, 0xED, 0xA0, 0x80], .. bytes[at..]];   // no UTF-8
            default:
                for (int i = 1 + random.NextInt(4); i > 0; i--) bytes[random.NextInt(bytes.Length)] = random.NextInt(2) == 0 ? (byte)random.NextInt(256) : (byte)(bytes[at] ^ (1 << random.NextInt(8)));
                return bytes;
        }
    }

    WireRequest Header(WireRequest request)
    {
        switch (random.NextInt(6))
        {
            case 0 when request.Headers.Count > 0:
                var fewer = request.Headers.ToList();
                fewer.RemoveAt(random.NextInt(fewer.Count));
                return request with { Headers = fewer };
            case 1 when request.Headers.Count > 0:   // twice
                return request with { Headers = [.. request.Headers, request.Headers[random.NextInt(request.Headers.Count)]] };
            case 2:   // what HTTP does not allow, or more than a server takes
                return request with { IsUnframed = true, Headers = [.. request.Headers, random.NextInt(5) switch { 0 => ("Bad Name", "x"), 1 => ("X", "a\0b"), 2 => ("", "x"), 3 => ("X", new string('x', 40_000)), _ => ("X\r\n folded", "y") }] };
            default:
                var (name, values) = s_headers[random.NextInt(s_headers.Length)];
                return request.With((name, Pick(values))) with { IsUnframed = request.IsUnframed || name is "Upgrade" or "Connection" or "Host" };
        }
    }

    WireRequest Address(WireRequest request)
    {
        string path = request.Target.Split('?')[0], query = request.Target[path.Length..];
        string[] segments = path.Split('/');
        int at = 1 + random.NextInt(Math.Max(1, segments.Length - 1));
        switch (random.NextInt(6))
        {
            case 0: return request with { Target = path + Pick(s_queries) };
            case 1: return request with { Target = string.Join('/', segments[..at]) + query };
            case 2: return request with { Target = string.Join('/', segments.Append(Pick(s_segments))) + query };
            case 3: return request with { Target = random.NextInt(4) switch { 0 => "http://x" + path, 1 => "*", 2 => path[1..], _ => "//" + path }, IsUnframed = true };
            default:
                segments[Math.Min(at, segments.Length - 1)] = Pick(s_segments);
                string target = string.Join('/', segments) + query;
                return request with { Target = target, IsUnframed = target.Contains(' ', StringComparison.Ordinal) || request.IsUnframed };
        }
    }

    /// <summary>Packed, and damaged after that; or a little that unpacks to a lot.</summary>
    WireRequest Packing(WireRequest request)
    {
        bool gzip = random.NextInt(2) == 0;
        var packed = new MemoryStream();
        using (Stream packing = gzip ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            if (random.NextInt(4) == 0) packing.Write(new byte[4 << 20]);
            else packing.Write(request.Body);
        }

        byte[] body = packed.ToArray();
        return request with { Body = random.NextInt(3) == 0 ? body : Bytes(body), Headers = [.. request.Headers, ("Content-Encoding", random.NextInt(8) == 0 ? gzip ? "deflate" : "gzip" : gzip ? "gzip" : "deflate")], JsonLength = null };
    }

    /// <summary>Sizes of binary tensors, in words and in bytes.</summary>
    WireRequest Sizes(WireRequest request)
    {
        if (request.JsonLength is not { } length || length > request.Body.Length) return Json(request);
        return random.NextInt(3) switch
        {
            0 => request with { Body = request.Body[..(length + random.NextInt(request.Body.Length - length + 1))] },
            1 => request with { Body = [.. request.Body, .. new byte[1 + random.NextInt(20)]] },
            _ => request with { Body = [.. request.Body.AsSpan(0, length), .. Bytes(request.Body[length..])] },
        };
    }

    WireRequest Framing(WireRequest request)
    {
        request = request with { IsUnframed = true };
        int length = request.Body.Length;
        return random.NextInt(8) switch
        {
            0 => request.With(("Content-Length", Pick(["-1", "abc", "", "99999999999999999999", "1e3", "0x10", "+5", $"{length}, {length}"]))),
            1 => request.With(("Content-Length", $"{length + 1 + random.NextInt(100)}")),
            2 => request.With(("Content-Length", $"{random.NextInt(length + 1)}")),
            3 => request.With(("Content-Length", $"{(2 << 20) + random.NextInt(1000)}")),
            4 => request.With(("Transfer-Encoding", "chunked")) with { Body = random.NextInt(2) == 0 ? request.Body : Chunked(request.Body, random.NextInt(4)) },
            5 => request.With(("Transfer-Encoding", Pick(["gzip", "chunked, chunked", "identity", "chunked;q=1"]))),
            6 => request with { Headers = [.. request.Headers, ("Content-Length", $"{length}"), ("Content-Length", $"{length + 1}")] },
            _ => request with { Version = Pick(["HTTP/1.0", "HTTP/3.7", "HTTP/2.0", "HTTP", "", "http/1.1", "HTTP/1.1 x"]) },
        };
    }

    static byte[] Chunked(byte[] body, int damage) =>
        [.. Encoding.Latin1.GetBytes(damage == 0 ? "zz" : damage == 1 ? $"{body.Length + 5:x}" : damage == 2 ? "fffffffffffff" : $"{body.Length:x}"), 13, 10, .. body, 13, 10, .. "0\r\n\r\n"u8];

    string Pick(string[] all) => all[random.NextInt(all.Length)];
}
