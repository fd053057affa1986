using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Takt.Client.Deployments;
using Takt.Client.Generating;
using Takt.Client.Lines;
using Takt.Client.Models;
using Takt.Client.Requests;
using Takt.Client.Sending;
using Takt.Client.Tensors;
using Takt.Protocols.Explanations;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Rows;

namespace Takt.Client;

/// <summary>
/// A Takt server, from a program. Make one and keep it: it holds a pool of connections and may be used by many threads at once. Calls that read or compute are sent again
/// when the server is busy or the connection fails; see <see cref="TaktClientOptions"/>.
/// </summary>
public sealed class TaktClient : IDisposable
{
    readonly HttpClient _http;
    readonly Sender _sender;

    /// <summary>A client.</summary>
    /// <param name="address">Where the server is: <c>http://127.0.0.1:7070</c>, or with a path where a proxy has one.</param>
    /// <param name="apiKey">A key of the server, <c>takt_…</c>; null where it asks for none.</param>
    /// <param name="options">Timeout and retries; null = the defaults.</param>
    /// <exception cref="ArgumentException">The address is not absolute, the key can be none, or an option is out of its range.</exception>
    public TaktClient(Uri address, string? apiKey = null, TaktClientOptions? options = null)
    {
        options ??= new TaktClientOptions();
        if (!address.IsAbsoluteUri) throw new ArgumentException($"'{address}' is no absolute address: write http://host:port", nameof(address));
        if (options.Timeout <= TimeSpan.Zero && options.Timeout != Timeout.InfiniteTimeSpan) throw new ArgumentException($"a timeout of {options.Timeout}: it must be longer than nothing", nameof(options));
        if (options.FirstDelay < TimeSpan.Zero || options.LongestDelay < TimeSpan.Zero) throw new ArgumentException($"delays of {options.FirstDelay} and {options.LongestDelay}: they cannot be negative", nameof(options));
        if (options.Retries < 0) throw new ArgumentException($"{options.Retries} retries: give 0 for none", nameof(options));
        if (apiKey is not null && !apiKey.All(c => c is > ' ' and <= '~')) throw new ArgumentException("an API key with blanks, line breaks or letters that no key has: expected takt_… alone; trim what was read from a file", nameof(apiKey));
        _http = options.Handler is { } handler ? new HttpClient(handler, disposeHandler: false) : new HttpClient(Connections.Open());
        _http.BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + '/');
        _http.Timeout = Timeout.InfiniteTimeSpan; // the sender keeps the time, and streams have none
        if (apiKey is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        _sender = new Sender(_http, options);
        (Models, Deployments, Requests, Lines) = (new ModelsClient(_sender), new DeploymentsClient(_sender), new RequestsClient(_sender, options.Clock), new LinesClient(_sender));
    }

    /// <summary>The models: list, details, promotion.</summary>
    public ModelsClient Models { get; }

    /// <summary>How models are served: traffic, start, stop, rollback.</summary>
    public DeploymentsClient Deployments { get; }

    /// <summary>The calls that were written down: list, details, replay on another version.</summary>
    public RequestsClient Requests { get; }

    /// <summary>The lines that are watched, and what happens on them.</summary>
    public LinesClient Lines { get; }

    /// <summary>Whether the server can answer.</summary>
    /// <exception cref="TaktException">It cannot be reached.</exception>
    public Task<bool> IsReadyAsync(CancellationToken stop = default) => _sender.IsReadyAsync("v2/health/ready", stop);

    /// <summary>Predicts rows by column name.</summary>
    /// <param name="model">NAME, NAME@ALIAS or NAME:VERSION.</param>
    /// <param name="rows">One object a row; keys are column names, with or without the unit in brackets; a missing key or null is a missing value.</param>
    /// <param name="explain">Whether to say why, row by row.</param>
    /// <param name="onError">What to do with bad rows: fail all, or answer the good ones and report the bad ones beside them.</param>
    /// <param name="context">Where the rows come from, how urgent they are, how long or until when they may wait; null = as the options say.</param>
    /// <param name="stop">Cancels the call; the server drops it too.</param>
    /// <exception cref="TaktTimeoutException">There is none in time.</exception>
    /// <exception cref="TaktException">There is no answer; a 400 tells every bad row.</exception>
    public Task<RowsResponse> PredictAsync(
        string model, IEnumerable<JsonObject> rows, bool explain = false, OnError onError = OnError.Fail,
        CallContext? context = null, CancellationToken stop = default)
    {
        context ??= _sender.Context;
        var request = new RowsRequest([.. rows], onError, explain) { Parameters = context.Parameters, Priority = context.Priority, Deadline = context.Deadline };
        return _sender.AskAsync<RowsResponse>(new Call(HttpMethod.Post, Call.PathOf("api", "models", model, "predict"))
        {
            Context = context,
            Body = Wire.TimedBody(left => request with { TimeoutMs = left?.TotalMilliseconds }),
        }, stop);
    }

    /// <summary>Runs a model on tensors, through the Open Inference Protocol.</summary>
    /// <param name="model">NAME, NAME@ALIAS or NAME:VERSION.</param>
    /// <param name="inputs">The tensors that the model takes, as its metadata says.</param>
    /// <param name="outputs">Names of the outputs wanted; null = all.</param>
    /// <param name="context">Where the tensors come from, how urgent they are, how long or until when they may wait; null = as the options say.</param>
    /// <param name="stop">Cancels the call; the server drops it too.</param>
    /// <returns>The outputs, over the memory of the answer.</returns>
    /// <exception cref="TaktTimeoutException">There is none in time.</exception>
    /// <exception cref="TaktException">There is no answer.</exception>
    public Task<InferResponse> InferAsync(
        string model, IReadOnlyList<InferTensor> inputs, IReadOnlyList<string>? outputs = null,
        CallContext? context = null, CancellationToken stop = default)
    {
        context ??= _sender.Context;
        RequestedOutput[]? wanted = outputs?.Select(name => new RequestedOutput(name)).ToArray();
        return _sender.AskAsync(new Call(HttpMethod.Post, Call.PathOf("v2", "models", model, "infer"))
        {
            Context = context,
            Body = InferBody.Of(left => new InferRequest(inputs, Parameters: InferParameters.Of(context, left), Outputs: wanted)),
        }, InferBody.Read, stop);
    }

    /// <summary>Lets a model generate, and answers when it has ended.</summary>
    /// <exception cref="TaktTimeoutException">There is none in time.</exception>
    /// <exception cref="TaktException">There is no answer.</exception>
    /// <returns>All pieces as one: texts one after the other, numbers in a list.</returns>
    /// <inheritdoc cref="GenerateStreamAsync"/>
    public Task<Generation> GenerateAsync(
        string model, JsonObject inputs, CallContext? context = null, CancellationToken stop = default) =>
        _sender.AskAsync(GenerateCall("generate", model, inputs, context ?? _sender.Context), static (_, body) => Generation.Read(Wire.Read<JsonObject>(body)), stop);

    /// <summary>Lets a model generate, piece by piece. Whoever stops reading, or cancels, ends the generating too.</summary>
    /// <param name="model">NAME, NAME@ALIAS or NAME:VERSION of a model that generates.</param>
    /// <param name="inputs">A value, or a list of values, for each input of the model: <c>text_input</c> of one that takes text.</param>
    /// <param name="context">Where the request comes from, how urgent it is, how long or until when it may take until the stream is open; null = as the options say.</param>
    /// <param name="stop">Cancels the call; the server drops it too.</param>
    /// <returns>The pieces as they are made.</returns>
    /// <exception cref="TaktTimeoutException">There is none in time.</exception>
    /// <exception cref="TaktException">The stream cannot be opened (that is tried again), the connection broke, or generating failed after its first piece (those are not: what came has been read).</exception>
    public IAsyncEnumerable<Generation> GenerateStreamAsync(
        string model, JsonObject inputs, CallContext? context = null, CancellationToken stop = default) =>
        _sender.StreamAsync(GenerateCall("generate_stream", model, inputs, context ?? _sender.Context), static (_, data) =>
        {
            var piece = Wire.Read<JsonObject>(data);
            return piece["error"] is JsonValue error ? throw Failures.Told(error.ToString()) : Generation.Read(piece);
        }, stop);

    /// <summary>Answers rows by column name and explains each answer: what every column contributed, in the unit of the answer, against the typical row of the training data.</summary>
    /// <param name="model">NAME, NAME@ALIAS or NAME:VERSION.</param>
    /// <param name="rows">One object a row, as for <see cref="PredictAsync"/>.</param>
    /// <param name="method">How; default by gradients where the model has them, else by occlusion.</param>
    /// <param name="onError">What to do with bad rows: fail all, or explain the good ones and report the bad ones beside them.</param>
    /// <param name="context">Where the rows come from, how urgent they are, how long or until when they may wait; null = as the options say.</param>
    /// <param name="stop">Cancels the call; the server drops it too.</param>
    /// <exception cref="TaktTimeoutException">There is none in time.</exception>
    /// <exception cref="TaktException">There is no answer; a 400 tells every bad row.</exception>
    public Task<RowExplanations> ExplainAsync(
        string model, IEnumerable<JsonObject> rows, ExplanationMethod method = ExplanationMethod.Auto, OnError onError = OnError.Fail,
        CallContext? context = null, CancellationToken stop = default) =>
        ExplainAsync<RowExplanations>(model, new ExplainRequest([.. rows], onError, Method: method), context, stop);

    /// <summary>Explains one number of each answer of a graph alone: what every element of its tensors contributed.</summary>
    /// <param name="model">NAME, NAME@ALIAS or NAME:VERSION of an imported graph.</param>
    /// <param name="inputs">The tensors that the model takes, as its metadata says.</param>
    /// <param name="question">Which number of which output, how, and against which tensors; null = the largest of the first output of floats, by gradients where the graph has them, against zeros.</param>
    /// <param name="context">Where the tensors come from, how urgent they are, how long or until when they may wait; null = as the options say.</param>
    /// <param name="stop">Cancels the call; the server drops it too.</param>
    /// <exception cref="TaktTimeoutException">There is none in time.</exception>
    /// <exception cref="TaktException">There is no answer.</exception>
    public Task<TensorExplanations> ExplainAsync(
        string model, IReadOnlyList<InferTensor> inputs, TensorQuestion? question = null,
        CallContext? context = null, CancellationToken stop = default)
    {
        question ??= new TensorQuestion();
        return ExplainAsync<TensorExplanations>(
            model, new ExplainRequest(Inputs: inputs, Baseline: question.Baseline, Output: question.Output, Index: question.Index, Method: question.Method), context, stop);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    static Call GenerateCall(string verb, string model, JsonObject inputs, CallContext context)
    {
        return new Call(HttpMethod.Post, Call.PathOf("v2", "models", model, verb)) { Context = context, Body = Wire.TimedBody(BodyOf) };

        JsonObject BodyOf(TimeSpan? left)
        {
            var body = (JsonObject)inputs.DeepClone();
            if (InferParameters.Of(context, left) is { } said) body["parameters"] = new JsonObject(said.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));
            return body;
        }
    }

    Task<T> ExplainAsync<T>(string model, ExplainRequest question, CallContext? context, CancellationToken stop)
    {
        context ??= _sender.Context;
        var request = question with { Parameters = context.Parameters, Priority = context.Priority, Deadline = context.Deadline };
        return _sender.AskAsync<T>(new Call(HttpMethod.Post, Call.PathOf("api", "models", $"{model}:explain"))
        {
            Context = context,
            Body = Wire.TimedBody(left => request with { TimeoutMs = left?.TotalMilliseconds }),
        }, stop);
    }
}
