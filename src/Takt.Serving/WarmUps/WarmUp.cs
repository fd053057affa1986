using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;
using Takt.Serving.Batching;
using Takt.Serving.Calls;

namespace Takt.Serving.WarmUps;

/// <summary>
/// Tries a version before it answers anybody: code is compiled, memory is there, and what its calls take is known. It is asked what the model was asked lately,
/// else what the training data typically held.
/// </summary>
sealed class WarmUp(Scheduler scheduler, RecentRequests recent, TimeProvider clock)
{
    /// <summary>Trying ends after this, however slow the version is: it should get to answer.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>After each trial the callers of other versions have so many times its length for themselves.</summary>
    const int Breaks = 2;

    /// <summary>Rows of made requests to a model whose callers may be computed together: from their times the fixed part and the rows' part are told apart.</summary>
    static readonly int[] Sizes = [1, 1, 4, 1, 16, 2, 8, 1];

    /// <summary>Asks a version.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="queue">The loaded version.</param>
    /// <param name="spec">How many requests.</param>
    /// <exception cref="Exception">The version fails at what it should answer; wrong input is no failure.</exception>
    public async Task RunAsync(string model, VersionQueue queue, WarmUpSpec spec)
    {
        long start = clock.GetTimestamp();
        var asked = recent.Of(model);
        for (int i = 0; i < spec.Requests && clock.GetElapsedTime(start) < Longest; i++)
        {
            var context = new CallContext(new ModelReference(model)) { Priority = int.MaxValue };
            var call = asked.Count > 0 ? asked[i % asked.Count].Repeat(context) : Make(context, queue.Model.Description, Sizes[i % Sizes.Length]);
            call.IsTrial = true;
            call.Priority = int.MaxValue; // callers of other versions go first
            try
            {
                call.Prepare(queue.Model.Description);
                if (await scheduler.RunAsync(queue, call) is null) await Task.Delay(call.Took * Breaks, clock); // a refusal: there is too much to do for trying
            }
            catch (InputException)
            {
                // A version may take other inputs than the one before, and a typical value need not be a possible one.
            }
        }
    }

    /// <summary>A request of typical values.</summary>
    static Call Make(CallContext context, ModelDescription model, int rows)
    {
        if (!model.RowsStandAlone) rows = 1;
        if (model.Columns.All(c => c.Typical is null)) return new TensorsCall(context, [.. model.Inputs.Select(input => Zeros(input, rows))], null);
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return new RowsCall(context, new RowsRequest([.. Enumerable.Range(0, rows * model.WindowLength).Select(i => Row(model, start.AddSeconds(i)))], OnError.Skip));
    }

    static JsonObject Row(ModelDescription model, DateTimeOffset time)
    {
        var row = new JsonObject();
        foreach (var column in model.Columns)
            row[column.Name] = column.Role == InputRole.Time ? time.ToString("O", CultureInfo.InvariantCulture) : Typical(column);
        return row;
    }

    static JsonNode? Typical(InputColumn column) => (column.Kind, column.Typical) switch
    {
        (_, null) => null,
        (InputKind.Number, var text) => double.TryParse(text, CultureInfo.InvariantCulture, out double number) ? number : null,
        (InputKind.Boolean, var text) => bool.TryParse(text, out bool truth) ? truth : null,
        (_, var text) => text,
    };

    static InferTensor Zeros(TensorMetadata input, int rows)
    {
        long[] shape = [.. input.Shape.Select((size, axis) => size >= 0 ? size : axis == 0 ? rows : 1)];
        long count = shape.Aggregate(1L, (product, size) => product * size);
        return input.Type == TensorType.Bytes
            ? new InferTensor(input.Name, shape, Enumerable.Repeat<string?>("", (int)count).ToArray())
            : new InferTensor(input.Name, input.Type, shape, new byte[count * input.Type.Size()]);
    }
}
