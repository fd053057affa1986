using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Google.Protobuf;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.Traces;

/// <summary>A span as it arrived.</summary>
sealed record ReceivedSpan(string TraceId, string SpanId, string ParentId, string Name, int Kind, ulong Start, ulong End, IReadOnlyDictionary<string, string> Tags, int Status)
{
    public IReadOnlyDictionary<string, string> Resource { get; init; } = new Dictionary<string, string>();
}

/// <summary>A tiny OpenTelemetry collector: takes OTLP over HTTP and reads its protobuf by the field numbers of opentelemetry-proto 1.x.</summary>
sealed class TraceCollector : IDisposable
{
    readonly HttpListener _listener = new();
    readonly Task _serving;

    public TraceCollector()
    {
        Address = new Uri($"http://127.0.0.1:{TaktServer.FreePort()}/");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = new();

    /// <summary>What was asked of it: verb, path and kind of body.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait(TimeSpan.FromSeconds(5));
    }

    async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Requests.Enqueue($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath} {context.Request.ContentType}");
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            foreach (var resourceSpans in Fields(body.ToArray()).Where(f => f.Number == 1)) Read(resourceSpans.Bytes);
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    void Read(byte[] resourceSpans)
    {
        var fields = Fields(resourceSpans);
        var resource = Tags(Fields(fields.First(f => f.Number == 1).Bytes), 1);
        foreach (var scope in fields.Where(f => f.Number == 2))
            foreach (var span in Fields(scope.Bytes).Where(f => f.Number == 2))
            {
                var of = Fields(span.Bytes);
                Spans.Enqueue(new ReceivedSpan(
                    Hex(of, 1), Hex(of, 2), Hex(of, 4), Encoding.UTF8.GetString(of.First(f => f.Number == 5).Bytes), (int)of.First(f => f.Number == 6).Value,
                    of.First(f => f.Number == 7).Value, of.First(f => f.Number == 8).Value, Tags(of, 9),
                    of.Where(f => f.Number == 15).SelectMany(f => Fields(f.Bytes)).Where(f => f.Number == 3).Select(f => (int)f.Value).FirstOrDefault()) { Resource = resource });
            }
    }

    static string Hex(List<(int Number, ulong Value, byte[] Bytes)> of, int number) => Convert.ToHexStringLower([.. of.Where(f => f.Number == number).SelectMany(f => f.Bytes)]);

    static Dictionary<string, string> Tags(List<(int Number, ulong Value, byte[] Bytes)> of, int number)
    {
        var tags = new Dictionary<string, string>();
        foreach (var tag in of.Where(f => f.Number == number))
        {
            var pair = Fields(tag.Bytes);
            var value = Fields(pair.First(f => f.Number == 2).Bytes).FirstOrDefault();
            tags[Encoding.UTF8.GetString(pair.First(f => f.Number == 1).Bytes)] = value.Number == 1 ? Encoding.UTF8.GetString(value.Bytes) : $"{value.Value}";
        }

        return tags;
    }

    static List<(int Number, ulong Value, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, ulong, byte[])>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
            switch (tag & 7)
            {
                case 0: fields.Add(((int)(tag >> 3), input.ReadUInt64(), [])); break;
                case 1: fields.Add(((int)(tag >> 3), input.ReadFixed64(), [])); break;
                case 2: fields.Add(((int)(tag >> 3), 0, input.ReadBytes().ToByteArray())); break;
                case 5: fields.Add(((int)(tag >> 3), input.ReadFixed32(), [])); break;
                default: throw new InvalidDataException($"wire type {tag & 7}");
            }

        return fields;
    }
}
