using System.Globalization;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Protocols.Rows;
using Takt.Registry;
using Takt.Registry.Requests;
using Takt.Serving.Batching;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Serving.Requests;
using Takt.Serving.Shadows;

namespace Takt.Serving.Replays;

/// <summary>
/// Sends written calls to another version and compares its answers with those that were given. Calls that somebody waits for go first; a replay is in nobody's statistics
/// and is not written down itself. That it was done is noted in the audit.
/// </summary>
/// <param name="registry">Where the written calls are.</param>
/// <param name="plane">What asks the version.</param>
public sealed class Replayer(ModelRegistry registry, DataPlane plane)
{
    /// <summary>Payloads read from the database at once: opening it takes longer than reading, and even large ones fit into memory.</summary>
    const int ReadAtOnce = 16;

    /// <summary>Replays calls, oldest first.</summary>
    /// <param name="order">Which calls on which version.</param>
    /// <param name="progress">Told of each call, the number done and the number in all.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="InputException">There is no such model or version, or nothing to replay.</exception>
    public async Task<ReplayReport> RunAsync(ReplayOrder order, IProgress<(int Done, int Total)>? progress, CancellationToken stop)
    {
        int to = VersionOf(order);
        var calls = Calls(order);
        if (calls.Count == 0)
            throw new InputException($"no written call of {order.Model} with a payload in what was asked for", "calls that were answered while payloads were kept",
                $"Keep them from now on: \"log\": {{\"share\": 1, \"payloads\": true}} in the deployment of {order.Model}");
        registry.Audit.Add("requests-replayed", string.Create(CultureInfo.InvariantCulture, $"{order.Model}:{to}"),
            string.Create(CultureInfo.InvariantCulture, $"{calls.Count} calls, {calls[0].Id} to {calls[^1].Id}"));
        var tally = new ReplayTally(order, to);
        int done = 0;
        foreach (var some in calls.Chunk(ReadAtOnce))
        {
            var payloads = registry.Requests.Payloads([.. some.Select(call => call.Id)]);
            foreach (var call in some)
            {
                stop.ThrowIfCancellationRequested();
                progress?.Report((done++, calls.Count));
                await ReplayAsync(call, payloads.GetValueOrDefault(call.Id), to, tally, stop);
            }
        }

        progress?.Report((calls.Count, calls.Count));
        return tally.Report();
    }

    /// <summary>The version that an order names.</summary>
    /// <exception cref="InputException">There is no such model or version.</exception>
    public int VersionOf(ReplayOrder order) => registry.Models.Resolve(ModelReference.Parse(order.Model, order.To)).Number;

    IReadOnlyList<LoggedRequest> Calls(ReplayOrder order)
    {
        if (order.Limit is < 1 or > ReplayOrder.MostLimit) throw new InputException($"limit {order.Limit}", $"1 to {ReplayOrder.MostLimit}");
        if (order.Tolerance is { } tolerance && !(tolerance >= 0)) throw new InputException($"tolerance {tolerance}", "a number from 0");
        if (order.Request is { } one)
            return registry.Requests.Find(one) is { Payload: PayloadState.Kept } call && call.Model == order.Model ? [call] : [];
        var filter = new RequestFilter { Models = [order.Model], Version = order.Version, From = order.From, Until = order.Until, ReplayableOnly = true };
        return [.. registry.Requests.List(filter, order.Limit).Reverse()];
    }

    async Task ReplayAsync(LoggedRequest written, LoggedPayload? payload, int to, ReplayTally tally, CancellationToken stop)
    {
        if (payload is null)
        {
            tally.Skip("it was forgotten meanwhile");
            return;
        }

        if (Repeat(written, payload, stop) is not { } call)
        {
            tally.Skip("an input tensor is redacted");
            return;
        }

        bool wasAnswered = written.Outcome == LoggedRequest.Ok;
        string? problem = await AskAsync(to, call);
        if (!wasAnswered) tally.NotAnsweredThen(isNow: problem is null);
        else if (problem is not null) tally.Fail(problem);
        else await CompareAsync(written, payload, call, tally, stop);
    }

    /// <summary>Compares with what was answered then; where that was not kept, or the call had values that are not there any more, with what its version answers now.</summary>
    async Task CompareAsync(LoggedRequest written, LoggedPayload payload, Call call, ReplayTally tally, CancellationToken stop)
    {
        double nowMs = call.Took.TotalMilliseconds;
        if (payload is { Output: { } output, Redacted.Count: 0 })
        {
            var comparison = call is RowsCall rows
                ? Comparison.Of(RowsPayload.ReadOutput(output).Predictions, rows.Answer!.Predictions)
                : Comparison.Of([.. TensorsPayload.Read(output).Tensors.Select(t => t.Values!)], ((TensorsCall)call).Answer!.Outputs);
            tally.Compare(written.Id, comparison, written.InputMs + written.ComputeMs + written.OutputMs, nowMs, askedAnew: false);
            return;
        }

        var before = Repeat(written, payload, stop)!;
        if (written.Version is not { } version || await AskAsync(version, before) is not null) tally.Skip("values are redacted, and the version that answered does not answer without them");
        else tally.Compare(written.Id, before.CompareWith(call), before.Took.TotalMilliseconds, nowMs, askedAnew: true);
    }

    /// <summary>The call once more; null where it cannot be made. A redacted value of a row is missing.</summary>
    static Call? Repeat(LoggedRequest written, LoggedPayload payload, CancellationToken stop)
    {
        var context = new CallContext(new ModelReference(written.Model)) { Id = written.RequestId, Stop = stop };
        if (payload.Form == RowsPayload.Form) return new RowsCall(context, new RowsRequest(RowsPayload.ReadInput(payload.Input).Rows, OnError.Skip));
        var (inputs, _) = TensorsPayload.Read(payload.Input);
        return inputs.Any(t => t.Values is null) ? null : new TensorsCall(context, [.. inputs.Select(t => t.Values!)], null);
    }

    /// <summary>Asks a version.</summary>
    /// <returns>Why there is no answer, or null.</returns>
    async Task<string?> AskAsync(int version, Call call)
    {
        try
        {
            await plane.RepeatAsync(call.Context.Model.Name, version, call);
            return call is RowsCall { Answer: { Predictions.Count: 0, Errors: [var wrong, ..] } } ? wrong.Problem.ToString() : null;
        }
        catch (ModelUnavailableException unavailable)
        {
            throw new InputException(unavailable.Problems); // none of the calls could be answered
        }
        catch (UnknownModelException gone)
        {
            return gone.Message;
        }
        catch (InputException wrong)
        {
            return wrong.Message;
        }
        catch (RefusedException refused)
        {
            return refused.Problem.ToString();
        }
#pragma warning disable CA1031 // whatever the version does wrong is what the replay is to find
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return failure.Message;
        }
    }
}
