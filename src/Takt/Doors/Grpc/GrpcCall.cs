using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Takt.Doors.Errors;
using Takt.Protocols.Problems;
using Takt.Serving.Calls;

namespace Takt.Doors.Grpc;

/// <summary>One gRPC call: its messages in and out, its deadline, its end.</summary>
sealed class GrpcCall : IDisposable
{
    readonly CancellationTokenSource? _deadline, _stop; // only calls with a timeout need any
    readonly string? _encoding, _answerEncoding;
    readonly long _most;
    RefusedException? _refusal;

    GrpcCall(HttpContext http, long mostBytes)
    {
        (Http, _most) = (http, mostBytes);
        Timeout = GrpcHeaders.TimeoutOf(http.Request);
        if (Timeout is { } timeout)
        {
            _deadline = new CancellationTokenSource(timeout);
            _stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _deadline.Token);
        }

        _encoding = http.Request.Headers[GrpcHeaders.Encoding];
        GrpcCompression.Check(_encoding);
        if (_encoding is null or "identity") return;
        _answerEncoding = GrpcCompression.ForAnswer(_encoding, http.Request.Headers[GrpcHeaders.AcceptEncoding]);
        if (_answerEncoding is not null) http.Response.Headers[GrpcHeaders.Encoding] = _answerEncoding;
    }

    /// <summary>The request that carries the call.</summary>
    public HttpContext Http { get; }

    /// <summary>How long the caller waits; null = it did not say.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>Cancelled when the caller leaves or its deadline passes.</summary>
    public CancellationToken Stop => _stop?.Token ?? Http.RequestAborted;

    /// <summary>Cancelled when the server is told to stop: what waits for nothing but the caller's next word must not hold that up.</summary>
    public CancellationToken ServerStop => Http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <summary>Runs a call from its headers to its trailers.</summary>
    /// <param name="http">The request.</param>
    /// <param name="mostBytes">Bytes that a message may have.</param>
    /// <param name="log">Failures of our own, once the answer has begun; before that, the writer of failures tells them.</param>
    /// <param name="work">Reads and writes the messages.</param>
    public static async Task RunAsync(HttpContext http, long mostBytes, ILogger log, Func<GrpcCall, Task> work)
    {
        if (!GrpcHeaders.IsGrpc(http.Request)) throw new StatusException(new Failure(StatusCodes.Status415UnsupportedMediaType, [new Problem($"Content-Type '{http.Request.ContentType}'", GrpcHeaders.ContentType)]));
        using var call = new GrpcCall(http, mostBytes);
        http.Response.ContentType = GrpcHeaders.ContentType;
        try
        {
            await work(call);
            if (call._refusal is null) call.End(GrpcStatus.Ok, null);
            else await http.RequestServices.GetRequiredService<FailureWriter>().WriteAsync(http, Failure.Of(call._refusal, http));
        }
        catch (OperationCanceledException) when (call._deadline is { IsCancellationRequested: true } && !http.RequestAborted.IsCancellationRequested)
        {
            var late = new DeadlineException(new Problem("a deadline that has passed", WayOut: "Wait longer, or ask for less"), null);
            if (!http.Response.HasStarted) throw late;
            call.End(GrpcStatus.DeadlineExceeded, late.Message);
        }
        catch (Exception error) when (http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            var failure = Failure.Of(error, http);
            if (failure.Status >= StatusCodes.Status500InternalServerError && error is not StatusException) log.LogError(error, "{Path} failed", http.Request.Path);
            call.End(GrpcStatuses.Of(failure.Status), failure.Text);
        }
    }

    /// <summary>The only message of a call that sends one.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public async Task<TMessage> ReadAsync<TMessage>(MessageParser<TMessage> parser) where TMessage : class, IMessage<TMessage> =>
        await GrpcMessages.ReadAsync(Http.Request.BodyReader, parser, _encoding, _most, Stop) ?? throw new InputException("a call without a message", "one");

    /// <summary>The messages of a call that sends several, as they come. When the server stops, what has been asked is answered and nothing more is waited for.</summary>
    /// <exception cref="OperationCanceledException">The caller left, or its deadline passed.</exception>
    /// <exception cref="StatusException">The server stops (503).</exception>
    public async IAsyncEnumerable<TMessage> ReadAllAsync<TMessage>(MessageParser<TMessage> parser, [EnumeratorCancellation] CancellationToken stop = default)
        where TMessage : class, IMessage<TMessage>
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(Stop, ServerStop, stop);
        while (await NextAsync() is { } message) yield return message;

        async ValueTask<TMessage?> NextAsync()
        {
            try
            {
                return await GrpcMessages.ReadAsync(Http.Request.BodyReader, parser, _encoding, _most, waiting.Token);
            }
            catch (OperationCanceledException) when (ServerStop.IsCancellationRequested && !Stop.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                throw new StatusException(new Failure(StatusCodes.Status503ServiceUnavailable, [new Problem("the server is stopping", WayOut: "Ask again in a moment")]));
            }
        }
    }

    /// <summary>Lets the call, which has sent nothing, end with a refusal.</summary>
    public void Refuse(RefusedException refusal) => _refusal = refusal;

    /// <summary>Writes the only message of an answer. It leaves with the headers and trailers around it, all at once.</summary>
    public void Write(IMessage message)
    {
        Stop.ThrowIfCancellationRequested();
        GrpcMessages.Write(Http.Response.BodyWriter, message, _answerEncoding);
    }

    /// <summary>Sends one of several messages.</summary>
    public async Task WriteAsync(IMessage message)
    {
        Write(message);
        // Not the deadline's token: the server would take a write that is cancelled for a broken stream, and the caller would never read why.
        await Http.Response.BodyWriter.FlushAsync(Http.RequestAborted);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop?.Dispose();
        _deadline?.Dispose();
    }

    void End(GrpcStatus status, string? message)
    {
        Http.Response.AppendTrailer(GrpcHeaders.Status, ((int)status).ToString(CultureInfo.InvariantCulture));
        if (message is not null) Http.Response.AppendTrailer(GrpcHeaders.Message, GrpcHeaders.Encode(message));
    }
}
