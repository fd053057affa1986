using System.Text.Json.Nodes;
using Takt.Protocols.Rows;

namespace Takt.Protocols.Requests;

/// <summary>One call of a model that was written down.</summary>
/// <param name="Id">Rising number.</param>
/// <param name="At">When it arrived.</param>
/// <param name="Model">The model that was asked.</param>
/// <param name="Version">The version that answered or failed to; null = it was refused before one was found.</param>
/// <param name="Asked">What the caller named: <c>press@champion</c>.</param>
/// <param name="Door">The way it came; see <see cref="RequestDoors"/>.</param>
/// <param name="Caller">Who asked, as the audit names it.</param>
/// <param name="RequestId">The caller's id for the call, or null.</param>
/// <param name="Rows">Rows in the request.</param>
/// <param name="Outcome"><c>ok</c>, or why there was no answer: <c>bad_input</c>, <c>unavailable</c>, <c>queue_full</c>, <c>deadline</c>, <c>cancelled</c>, <c>failed</c>.</param>
/// <param name="Shadow">Whether it was asked beside another version, so that nobody got this answer.</param>
/// <param name="Phases">Where its time went.</param>
/// <param name="Payload">Whether what it brought and got was kept: <c>none</c>, <c>kept</c>, <c>too_large</c>.</param>
/// <param name="PayloadBytes">Bytes of that.</param>
public sealed record RequestSummary(
    long Id, DateTimeOffset At, string Model, int? Version, string Asked, string Door, string Caller, string? RequestId, int Rows, string Outcome, bool Shadow,
    RequestPhases Phases, string Payload, long PayloadBytes);

/// <summary>Milliseconds of each phase of a call. What reading and writing the protocol took is not among them.</summary>
/// <param name="LoadMs">Finding the version and, the first time, loading it.</param>
/// <param name="QueueMs">Waiting for its turn.</param>
/// <param name="InputMs">From rows or tensors to what the graph takes.</param>
/// <param name="ComputeMs">The graph.</param>
/// <param name="OutputMs">From what the graph gives to the answer.</param>
/// <param name="TotalMs">All of them.</param>
public sealed record RequestPhases(double LoadMs, double QueueMs, double InputMs, double ComputeMs, double OutputMs, double TotalMs);

/// <summary>Written calls, newest first.</summary>
/// <param name="Requests">The calls.</param>
/// <param name="Cursor">Give this back to get those that follow; null = there are no more.</param>
public sealed record RequestsResponse(IReadOnlyList<RequestSummary> Requests, string? Cursor);

/// <summary>A written call with what it brought and got.</summary>
/// <param name="Request">The call.</param>
/// <param name="Payload">What it brought and got; null where that was not kept, or is not for whoever asks.</param>
/// <param name="PayloadHidden">Why a payload that is there is not shown, or null.</param>
public sealed record RequestDetails(RequestSummary Request, RequestPayload? Payload, string? PayloadHidden);

/// <summary>What a call brought and got: rows with predictions, or tensors.</summary>
/// <param name="Form"><c>rows</c> or <c>tensors</c>.</param>
/// <param name="Redacted">Names whose values were taken out before anything was written.</param>
/// <param name="Message">What a failure said; null where there was none or it might quote what is redacted.</param>
/// <param name="Rows">The rows it brought; null for tensors.</param>
/// <param name="Predictions">The predictions it got; null for tensors, and where there were none or all is redacted.</param>
/// <param name="Errors">The bad values it was told of; null for tensors.</param>
/// <param name="Inputs">The tensors it brought; null for rows.</param>
/// <param name="Outputs">The tensors it got; null for rows, and where there were none.</param>
/// <param name="Parameters">Where the call came from, by name; null = it did not say.</param>
public sealed record RequestPayload(
    string Form, IReadOnlyList<string> Redacted, string? Message,
    IReadOnlyList<JsonObject>? Rows, IReadOnlyList<RowPrediction>? Predictions, IReadOnlyList<RowProblem>? Errors,
    IReadOnlyList<RecordedTensor>? Inputs, IReadOnlyList<RecordedTensor>? Outputs,
    IReadOnlyDictionary<string, string>? Parameters);

/// <summary>A tensor of a written call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Datatype">Its type in the Open Inference Protocol: <c>FP32</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Redacted">Whether its values were taken out.</param>
/// <param name="Data">Its values as one flat list, as the protocol writes them; null where redacted.</param>
public sealed record RecordedTensor(string Name, string Datatype, IReadOnlyList<long> Shape, bool Redacted, JsonArray? Data);
