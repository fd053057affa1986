using System.Net;
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
    /// <summary>A pooled connection is closed after this, so that a server that moved is found again by its name.</summary>
    static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);

    readonly HttpClient _http;
    readonly Sender _sender;

    /// <summary>A client.</summary>
    /// <param name="address">Where the server is: <c>http://127.0.0.1:7070</c>, or with a path where a proxy has one.</param>
    /// <param name="apiKey">A key of the server, <c>takt_…</c>; null where it asks for none.</param>
    /// <param name="options">Timeout and retries; null = the defaults.</param>
    /// <exception cref="ArgumentException">The address is not absolute, or an option is out of its range.</exception>
    public TaktClient(Uri address, string? apiKey = null, TaktClientOptions? options = null)
    {
        options ??= new TaktClientOptions();
        if (!address.IsAbsoluteUri) throw new ArgumentException($"'{address}' is no absolute address: write http://host:port", nameof(address));
        if (options.Timeout <= TimeSpan.Zero && options.Timeout != Timeout.InfiniteTimeSpan) throw new ArgumentException($"a timeout of {options.Timeout}: it must be longer than nothing", nameof(options));
        if (options.Retries < 0) throw new ArgumentException($"{options.Retries} retries: give 0 for none", nameof(options));
        _http = options.Handler is { } handler
            ? new HttpClient(handler, disposeHandler: false)
            : new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = ConnectionLife, AutomaticDecompression = DecompressionMethods.None, UseCookies = false }); // on a plant's network answers travel faster than they pack
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
    /// <param name="parameters">Where the rows come from (station, recipe, …): a deployment may send them to different versions. Null = not said.</param>
    /// <param name="priority">1 is the most urgent, larger numbers come later; 0 = the deployment's default.</param>
    /// <param name="timeout">How long this call may take; the server refuses at once what it cannot answer by then. Null = the deployment's and this client's defaults.</param>
    /// <param name="stop">Cancels the call; the server drops it too.</param>
    /// <exception cref="TaktException">There is no answer; a 400 tells every bad row.</exception>
    public Task<RowsResponse> PredictAsync(
        string model, IEnumerable<JsonObject> rows, bool explain = false, OnError onError = OnError.Fail,
        IReadOnlyDictionary<string, string>? parameters = null, int priority = 0, TimeSpan? timeout = null, CancellationToken stop = default)
    {
        var request = new RowsRequest([.. rows], onError, explain) { Parameters = parameters, Priority = priority, TimeoutMs = timeout?.TotalMilliseconds };
        return _sender.AskAsync<RowsResponse>(new Call(HttpMethod.Post, Call.PathOf("api", "models", model, "predict")) { Body = Wire.Body(request), Timeout = timeout }, stop);
    }

    /// <summary>Runs a model on tensors, through the Open Inference Protocol.</summary>
    /// <param name="model">NAME, NAME@ALIAS or NAME:VERSION.</param>
    /// <param name="inputs">The tensors that the model takes, as its metadata says.</param>
    /// <param name="outputs">Names of the outputs wanted; null = all.</param>
    /// <param name="parameters">Where the tensors come from (station, recipe, …): a deployment may send them to different versions. Null = not said.</param>
    /// <param name="priority">1 is the most urgent, larger numbers come later; 0 = the deployment's default.</param>
    /// <param name="timeout">How long this call may take; the server refuses at once what it cannot answer by then. Null = the deployment's and this client's defaults.</param>
    /// <param name="stop">Cancels the call; the server drops it too.</param>
    /// <returns>The outputs, over the memory of the answer.</returns>
    /// <exception cref="TaktException">There is no answer.</exception>
    public Task<InferResponse> InferAsync(
        string model, IReadOnlyList<InferTensor> inputs, IReadOnlyList<string>? outputs = null,
        IReadOnlyDictionary<string, string>? parameters = null, int priority = 0, TimeSpan? timeout = null, CancellationToken stop = default)
    {
        var request = new InferRequest(inputs, Parameters: InferParameters.Of(parameters, priority, timeout), Outputs: outputs?.Select(name => new RequestedOutput(name)).ToArray());
        return _sender.AskAsync(new Call(HttpMethod.Post, Call.PathOf("v2", "models", model, "infer")) { Body = InferBody.Write(request), Timeout = timeout }, InferBody.Read, stop);
    }

    /// <summary>Lets a model generate, and answers when it has ended.</summary>
    /// <exception cref="TaktException">There is no answer.</exception>
    /// <returns>All pieces as one: texts one after the other, numbers in a list.</returns>
    /// <inheritdoc cref="GenerateStreamAsync"/>
    public Task<Generation> GenerateAsync(
        string model, JsonObject inputs, IReadOnlyDictionary<string, string>? parameters = null, int priority = 0, TimeSpan? timeout = null, CancellationToken stop = default) =>
        _sender.AskAsync(GenerateCall("generate", model, inputs, parameters, priority, timeout), static (_, body) => Generation.Read(Wire.Read<JsonObject>(body)), stop);

    /// <summary>Lets a model generate, piece by piece. Whoever stops reading, or cancels, ends the generating too.</summary>
    /// <param name="model">NAME, NAME@ALIAS or NAME:VERSION of a model that generates.</param>
    /// <param name="inputs">A value, or a list of values, for each input of the model: <c>text_input</c> of one that takes text.</param>
    /// <param name="parameters">Where the request comes from (station, recipe, …): a deployment may send it to different versions. Null = not said.</param>
    /// <param name="priority">1 is the most urgent, larger numbers come later; 0 = the deployment's default.</param>
    /// <param name="timeout">How long it may take until the stream is open; null = the deployment's and this client's defaults.</param>
    /// <param name="stop">Cancels the call; the server drops it too.</param>
    /// <returns>The pieces as they are made.</returns>
    /// <exception cref="TaktException">The stream cannot be opened (that is tried again), the connection broke, or generating failed after its first piece (those are not: what came has been read).</exception>
    public IAsyncEnumerable<Generation> GenerateStreamAsync(
        string model, JsonObject inputs, IReadOnlyDictionary<string, string>? parameters = null, int priority = 0, TimeSpan? timeout = null, CancellationToken stop = default) =>
        _sender.StreamAsync(GenerateCall("generate_stream", model, inputs, parameters, priority, timeout), static (_, data) =>
        {
            var piece = Wire.Read<JsonObject>(data);
            return piece["error"] is JsonValue error ? throw Failures.Told(error.ToString()) : Generation.Read(piece);
        }, stop);

    /// <summary>Answers rows by column name and explains each answer: what every column contributed, in the unit of the answer, against the typical row of the training data.</summary>
    /// <param name="model">NAME, NAME@ALIAS or NAME:VERSION.</param>
    /// <param name="rows">One object a row, as for <see cref="PredictAsync"/>.</param>
    /// <param name="method">How; default by gradients where the model has them, else by occlusion.</param>
    /// <param name="onError">What to do with bad rows: fail all, or explain the good ones and report the bad ones beside them.</param>
    /// <param name="parameters">Where the rows come from (station, recipe, …): a deployment may send them to different versions. Null = not said.</param>
    /// <param name="priority">1 is the most urgent, larger numbers come later; 0 = the deployment's default.</param>
    /// <param name="timeout">How long this call may take; the server refuses at once what it cannot answer by then. Null = the deployment's and this client's defaults.</param>
    /// <param name="stop">Cancels the call; the server drops it too.</param>
    /// <exception cref="TaktException">There is no answer; a 400 tells every bad row.</exception>
    public Task<RowExplanations> ExplainAsync(
        string model, IEnumerable<JsonObject> rows, ExplanationMethod method = ExplanationMethod.Auto, OnError onError = OnError.Fail,
        IReadOnlyDictionary<string, string>? parameters = null, int priority = 0, TimeSpan? timeout = null, CancellationToken stop = default) =>
        ExplainAsync<RowExplanations>(model, new ExplainRequest([.. rows], onError, Method: method, Parameters: parameters, Priority: priority, TimeoutMs: timeout?.TotalMilliseconds), timeout, stop);

    /// <summary>Explains one number of each answer of a graph alone: what every element of its tensors contributed.</summary>
    /// <param name="model">NAME, NAME@ALIAS or NAME:VERSION of an imported graph.</param>
    /// <param name="inputs">The tensors that the model takes, as its metadata says.</param>
    /// <param name="question">Which number of which output, how, and against which tensors; null = the largest of the first output of floats, by gradients where the graph has them, against zeros.</param>
    /// <param name="parameters">Where the tensors come from (station, recipe, …): a deployment may send them to different versions. Null = not said.</param>
    /// <param name="priority">1 is the most urgent, larger numbers come later; 0 = the deployment's default.</param>
    /// <param name="timeout">How long this call may take; the server refuses at once what it cannot answer by then. Null = the deployment's and this client's defaults.</param>
    /// <param name="stop">Cancels the call; the server drops it too.</param>
    /// <exception cref="TaktException">There is no answer.</exception>
    public Task<TensorExplanations> ExplainAsync(
        string model, IReadOnlyList<InferTensor> inputs, TensorQuestion? question = null,
        IReadOnlyDictionary<string, string>? parameters = null, int priority = 0, TimeSpan? timeout = null, CancellationToken stop = default)
    {
        question ??= new TensorQuestion();
        var request = new ExplainRequest(
            Inputs: inputs, Baseline: question.Baseline, Output: question.Output, Index: question.Index, Method: question.Method, Parameters: parameters, Priority: priority, TimeoutMs: timeout?.TotalMilliseconds);
        return ExplainAsync<TensorExplanations>(model, request, timeout, stop);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    static Call GenerateCall(string verb, string model, JsonObject inputs, IReadOnlyDictionary<string, string>? parameters, int priority, TimeSpan? timeout)
    {
        var body = (JsonObject)inputs.DeepClone();
        if (InferParameters.Of(parameters, priority, timeout) is { } said) body["parameters"] = new JsonObject(said.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));
        return new Call(HttpMethod.Post, Call.PathOf("v2", "models", model, verb)) { Body = Wire.Body(body), Timeout = timeout };
    }

    Task<T> ExplainAsync<T>(string model, ExplainRequest request, TimeSpan? timeout, CancellationToken stop) =>
        _sender.AskAsync<T>(new Call(HttpMethod.Post, Call.PathOf("api", "models", $"{model}:explain")) { Body = Wire.Body(request), Timeout = timeout }, stop);
}
