using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Protocols.Requests;
using Takt.Registry.Requests;

namespace Takt.Serving.Requests;

/// <summary>Written calls as messages: for doors and pages.</summary>
public static class RequestReading
{
    /// <summary>A call without what it brought and got.</summary>
    public static RequestSummary ToMessage(this LoggedRequest call) => new(
        call.Id, call.At, call.Model, call.Version, call.Asked, call.Door, call.Caller, call.RequestId, call.Rows, call.Outcome, call.Shadow,
        new RequestPhases(call.LoadMs, call.QueueMs, call.InputMs, call.ComputeMs, call.OutputMs, call.TotalMs),
        call.Payload switch { PayloadState.Kept => "kept", PayloadState.TooLarge => "too_large", _ => "none" }, call.PayloadBytes);

    /// <summary>What a call brought and got.</summary>
    public static RequestPayload ToMessage(this LoggedPayload payload)
    {
        if (payload.Form == RowsPayload.Form)
        {
            var (rows, given) = RowsPayload.ReadInput(payload.Input);
            var output = payload.Output is { } kept ? RowsPayload.ReadOutput(kept) : default;
            return new RequestPayload(payload.Form, payload.Redacted, payload.Message, rows, output.Predictions, output.Errors, null, null, given);
        }

        var (inputs, parameters) = TensorsPayload.Read(payload.Input);
        var outputs = payload.Output is { } answer ? TensorsPayload.Read(answer).Tensors : null;
        return new RequestPayload(payload.Form, payload.Redacted, payload.Message, null, null, null, [.. inputs.Select(ToMessage)], outputs is null ? null : [.. outputs.Select(ToMessage)], parameters);
    }

    static RecordedTensor ToMessage(KeptTensor tensor) => new(
        tensor.Name, Takt.Protocols.OpenInference.TensorTypes.Names[(int)tensor.Type], tensor.Shape, tensor.Values is null,
        tensor.Values is null ? null : JsonSerializer.SerializeToNode(tensor.Values)!["data"]!.DeepClone().AsArray());
}
