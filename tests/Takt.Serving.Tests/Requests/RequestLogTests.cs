using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Registry.Requests;
using Takt.Serving.Backends;
using Takt.Serving.Calls;
using Takt.Serving.Requests;
using Takt.Serving.Statistics;

namespace Takt.Tests.Serving;

public class RequestLogTests
{
    [Fact]
    public async Task Nothing_is_written_unless_a_deployment_says_so()
    {
        using var test = new PlaneUnderTest();
        await test.AskAsync("press");
        test.Catalog.Deploy("press", Spec(new RequestLogSpec()));
        await test.RefreshAsync();
        await test.AskAsync("press");
        Assert.Empty(Taken(test));
    }

    [Fact]
    public async Task A_call_that_is_not_written_costs_no_memory()
    {
        long off = await BytesACallAsync(null);
        Assert.Equal(off, await BytesACallAsync(new RequestLogSpec { Payloads = true }));
        Assert.True(await BytesACallAsync(new RequestLogSpec { Share = 1 }) > off); // the measure sees what is written

        static async Task<long> BytesACallAsync(RequestLogSpec? log)
        {
            using var test = new PlaneUnderTest(clock: TimeProvider.System);
            test.Catalog.Deploy("press", Spec(log));
            await test.RefreshAsync();
            var (context, rows) = (new CallContext(new ModelReference("press")) { Id = "r-1" }, PlaneUnderTest.Rows(PlaneUnderTest.Row(3, 1)));
            for (int i = 0; i < 50; i++) await test.Plane.PredictAsync(context, rows);
            long least = long.MaxValue;
            for (int i = 0; i < 500; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                var call = test.Plane.PredictAsync(context, rows);
                if (call.IsCompleted) least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before); // else another thread computed it
                await call;
            }

            return least;
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public async Task The_share_holds_and_depends_on_the_ids_alone(double share)
    {
        var first = await SampleAsync(share);
        Assert.InRange(first.Count, (2000 * share) - 100, (2000 * share) + 100); // seven standard deviations of a fair draw
        Assert.Equal(first, await SampleAsync(share));
        Assert.Superset(first.ToHashSet(), (await SampleAsync(share + 0.2)).ToHashSet()); // a greater share takes the same calls and more

        static async Task<List<string?>> SampleAsync(double share)
        {
            using var test = Logging(new RequestLogSpec { Share = share });
            for (int i = 0; i < 2000; i++) await AskAsync(test, string.Create(CultureInfo.InvariantCulture, $"call-{i}"));
            return [.. Taken(test).Select(e => e.Request.RequestId)];
        }
    }

    [Fact]
    public async Task A_call_is_written_with_who_asked_what_and_where_its_time_went()
    {
        using var test = Logging(new RequestLogSpec { Share = 1 });
        test.Catalog.Alias("press", "champion", 1);
        await test.RefreshAsync();
        test.Backend.Working = _ => test.Clock.Pass(TimeSpan.FromMilliseconds(7));
        await test.Plane.PredictAsync(
            new(ModelReference.Parse("press@champion")) { Id = "r-7", Door = "grpc" }, PlaneUnderTest.Rows(PlaneUnderTest.Row(3, 1), PlaneUnderTest.Row(1, 1)));
        var call = Assert.Single(Taken(test)).Request;
        Assert.Equal(("press", 1, "press@champion", "grpc", "takt", "r-7", 2, "ok", false), (call.Model, call.Version, call.Asked, call.Door, call.Caller, call.RequestId, call.Rows, call.Outcome, call.Shadow));
        Assert.Equal((7, 7, PayloadState.None), (call.ComputeMs, call.TotalMs, call.Payload));
        Assert.Equal(test.Clock.GetUtcNow() - TimeSpan.FromMilliseconds(7), call.At);
    }

    [Fact]
    public async Task Failures_have_a_share_of_their_own()
    {
        using var test = Logging(new RequestLogSpec { Share = 0, Failures = 1 });
        await test.AskAsync("press");
        await Assert.ThrowsAsync<RowsRejectedException>(() => test.Plane.PredictAsync(new(new ModelReference("press")), PlaneUnderTest.Rows(PlaneUnderTest.Row("three", 1))));
        await Assert.ThrowsAsync<DeadlineException>(() => test.Plane.PredictAsync(new(new ModelReference("press")) { Timeout = TimeSpan.Zero }, PlaneUnderTest.Rows(PlaneUnderTest.Row(3, 1))));
        test.Backend.Working = _ => throw new InvalidOperationException("the oven is cold");
        await Assert.ThrowsAsync<InvalidOperationException>(() => test.AskAsync("press"));
        Assert.Equal(["bad_input", "deadline", "failed"], Taken(test).Select(e => e.Request.Outcome));
    }

    [Fact]
    public async Task Rows_are_kept_as_they_were_given_and_answers_to_the_last_bit()
    {
        using var test = Logging(new RequestLogSpec { Share = 1, Payloads = true });
        var answer = await test.Plane.PredictAsync(
            new(new ModelReference("press")) { Parameters = new Dictionary<string, string> { ["station"] = "S3" } }, PlaneUnderTest.Rows(PlaneUnderTest.Row(0.1, 0.2), PlaneUnderTest.Row(1e-300, 1.0 / 3)));
        var payload = Assert.Single(Taken(test)).Payload!;
        var (rows, parameters) = RowsPayload.ReadInput(payload.Input);
        Assert.Equal(["""{"x":0.1,"y":0.2}""", $$"""{"x":1E-300,"y":{{(1.0 / 3).ToString(CultureInfo.InvariantCulture)}}}"""], rows.Select(r => r.ToJsonString()));
        Assert.Equal("S3", parameters!["station"]);
        Assert.Equal(answer.Response.Predictions.Select(p => p.Value.GetValue<double>()), RowsPayload.ReadOutput(payload.Output!).Predictions.Select(p => p.Value.GetValue<double>()));
    }

    [Fact]
    public async Task Tensors_are_kept_bit_by_bit()
    {
        using var test = Logging(new RequestLogSpec { Share = 1, Payloads = true });
        double[] x = [BitConverter.Int64BitsToDouble(0x7FF8000000000123), -0.0, double.Epsilon];
        float[] y = [float.NegativeInfinity, 0.1f, -0f];
        await test.Plane.InferAsync(new(new ModelReference("press")), [InferTensor.Of("y", y, 3, 1), InferTensor.Of("x", x, 3, 1)], ["length"]);
        var payload = Assert.Single(Taken(test)).Payload!;
        var (inputs, _) = TensorsPayload.Read(payload.Input);
        Assert.Equal(["y", "x"], inputs.Select(t => t.Name));
        Assert.Equal(x.Select(BitConverter.DoubleToInt64Bits), inputs[1].Values!.Elements<double>().ToArray().Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(y.Select(BitConverter.SingleToInt32Bits), inputs[0].Values!.Elements<float>().ToArray().Select(BitConverter.SingleToInt32Bits));
        Assert.Equal("length", Assert.Single(TensorsPayload.Read(payload.Output!).Tensors).Name);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("X [m]")]
    public async Task A_redacted_column_is_nowhere_in_what_is_kept_neither_under_a_mistyped_name_nor_in_what_is_said_of_it(string name)
    {
        using var test = new PlaneUnderTest();
        test.Catalog.Deploy("press", Spec(new RequestLogSpec { Share = 1, Payloads = true, Redact = [name, "badge"] }) with { SplitBy = "station" });
        var parameters = new Dictionary<string, string> { ["badge"] = "8812345", ["bagde"] = "8812345", ["station"] = "S3" };
        await test.Plane.PredictAsync(new(new ModelReference("press")) { Parameters = parameters }, new RowsRequest([new() { ["x"] = 8812345.5, ["y"] = 2 }], Explain: true));
        await test.Plane.PredictAsync(new(new ModelReference("press")), new RowsRequest([new() { ["x [m]"] = "8812345", ["Y"] = 2 }], OnError.Skip));
        await Assert.ThrowsAsync<RowsRejectedException>(() => test.Plane.PredictAsync(new(new ModelReference("press")), new RowsRequest([new() { ["ex"] = 8812345, ["y"] = 2 }])));
        await test.Plane.InferAsync(new(new ModelReference("press")), [InferTensor.Of("x", [8812345.0], 1, 1), InferTensor.Of("y", [2f], 1, 1)]);
        await Assert.ThrowsAsync<InputException>(() => test.Plane.InferAsync(new(new ModelReference("press")), [InferTensor.Of("ex", ["8812345"], 1, 1), InferTensor.Of("y", [2f], 1, 1)]));

        var taken = Taken(test);
        Assert.Equal(5, taken.Count);
        foreach (var payload in taken.Select(e => e.Payload!))
        {
            byte[] all = [.. payload.Input, .. payload.Message is null ? [] : Encoding.UTF8.GetBytes(payload.Message)];
            Assert.DoesNotContain("8812345", Encoding.Latin1.GetString(all));
            Assert.Equal(-1, all.AsSpan().IndexOf(BitConverter.GetBytes(8812345.0)));
            Assert.NotEmpty(payload.Redacted);
        }

        // Answers are kept; what they say about the hidden column is not.
        var explanation = RowsPayload.ReadOutput(taken[0].Payload!.Output!).Predictions[0].Explanation!;
        Assert.Empty(explanation.Contributions);
        Assert.Equal("S3", RowsPayload.ReadInput(taken[0].Payload!.Input).Parameters!["station"]);
        Assert.Equal(2, RowsPayload.ReadInput(taken[0].Payload!.Input).Rows[0]["y"]!.GetValue<int>());
        Assert.Null(TensorsPayload.Read(taken[3].Payload!.Input).Tensors.Single(t => t.Name == "x").Values);
        Assert.NotNull(TensorsPayload.Read(taken[3].Payload!.Input).Tensors.Single(t => t.Name == "y").Values);
    }

    [Fact]
    public async Task What_was_wrong_with_a_redacted_call_is_told_to_its_caller_alone()
    {
        using var test = new PlaneUnderTest();
        test.Catalog.Add("press", 2, "10").Deploy("press", new DeploymentSpec
        {
            Traffic = [new("1")], Shadow = new("2"), WarmUp = new() { Requests = 0 }, Log = new RequestLogSpec { Share = 1, Redact = ["x"] },
        });
        test.Backend.Working = _ => throw new InputException("8812345 as 'x'", "a badge that is known");
        Assert.Contains("8812345", (await Assert.ThrowsAsync<InputException>(() => test.AskAsync("press"))).Message, StringComparison.Ordinal);
        var counts = Assert.Single(test.Plane.Statistics.Snapshot(), s => s.Version == 1);
        Assert.Equal(1, counts.Reasons[FailureReason.BadInput]);
        Assert.Equal("a request that does not fit the model; what was wrong with it is not kept, for values are redacted", counts.LastError);

        test.Backend.Working = _ => { };
        test.Backend.WorkingOn = (model, _) =>
        {
            if (model.Factor == 10) throw new InputException("8812345 as 'x'", "a badge that is known");
        };
        await test.AskAsync("press");
        for (int i = 0; i < 4000 && !test.Log.Lines.Any(line => line.StartsWith("Shadow", StringComparison.Ordinal)); i++) await Task.Delay(5);
        Assert.Contains(test.Log.Lines, line => line.StartsWith("Shadow press:2 failed to answer", StringComparison.Ordinal));
        Assert.DoesNotContain(test.Log.Lines, line => line.Contains("8812345", StringComparison.Ordinal));

        test.Backend.WorkingOn = (_, _) => throw new InvalidOperationException("the oven is cold"); // no request's fault
        await Assert.ThrowsAsync<InvalidOperationException>(() => test.AskAsync("press"));
        Assert.Equal("the oven is cold", test.Plane.Statistics.Snapshot().Single(s => s.Version == 1).LastError);
    }

    [Fact]
    public async Task An_id_of_any_length_takes_the_room_of_one()
    {
        using var test = Logging(new RequestLogSpec { Share = 1 });
        await AskAsync(test, new string('a', 128));
        await AskAsync(test, new string('b', 1_000_000));
        await AskAsync(test, new string('c', 127) + "\U0001F3ED and more"); // no half of a letter
        Assert.Equal([new string('a', 128), new string('b', 128), new string('c', 127)], Taken(test).Select(e => e.Request.RequestId));
    }

    [Fact]
    public void A_tensor_of_several_columns_is_hidden_with_one_of_them_and_they_with_it()
    {
        var model = new ModelDescription("regression", "wear", null, [new InputColumn("speed", InputKind.Number), new InputColumn("operator", InputKind.Number)],
            [new TensorMetadata("x", TensorType.Fp32, [-1, 2]), new TensorMetadata("mask", TensorType.Bool, [-1])], [new TensorMetadata("y", TensorType.Fp32, [-1])]);
        Assert.True(new Redaction(["operator"], model).HidesInput("x"));
        Assert.False(new Redaction(["station"], model).HidesInput("x"));
        Assert.True(new Redaction(["x"], model).HidesColumn("speed"));
        Assert.False(new Redaction(["operator"], model).HidesColumn("speed"));
        Assert.False(new Redaction(["operator"], model).HidesOutput("y"));
        Assert.True(new Redaction(["operator"], null).HidesColumn("speed")); // nothing is known of the model
        Assert.False(new Redaction([], null).HidesInput("x"));
    }

    [Fact]
    public async Task A_payload_that_is_too_large_is_left_out_and_said_so()
    {
        using var test = Logging(new RequestLogSpec { Share = 1, Payloads = true, PayloadKiB = 1 });
        await test.AskAsync("press");
        await test.Plane.InferAsync(new(new ModelReference("press")), [InferTensor.Of("x", new double[200], 200, 1), InferTensor.Of("y", new float[200], 200, 1)]);
        await test.Plane.InferAsync(new(new ModelReference("press")), [InferTensor.Of("x", new double[200000], 200000, 1), InferTensor.Of("y", new float[200000], 200000, 1)]);
        Assert.Equal([PayloadState.Kept, PayloadState.TooLarge, PayloadState.TooLarge], Taken(test).Select(e => e.Request.Payload));
    }

    [Fact]
    public async Task What_the_queue_cannot_hold_is_dropped_and_counted()
    {
        using var test = Logging(new RequestLogSpec { Share = 1 });
        long dropped = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Name == "takt.serving.log.dropped" && instrument.Meter.Scope == test.Meters) self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref dropped, count));
        listener.Start();
        for (int i = 0; i < 5000; i++) await test.AskAsync("press");
        Assert.Equal((4096, 5000 - 4096), (Taken(test).Count, dropped));
    }

    [Fact]
    public async Task A_shadows_answer_is_written_beside_the_one_that_was_given()
    {
        using var test = new PlaneUnderTest();
        test.Catalog.Add("press", 2, "10").Deploy("press", new DeploymentSpec { Traffic = [new("1")], Shadow = new("2"), WarmUp = new() { Requests = 0 }, Log = new() { Share = 1, Payloads = true } });
        await AskAsync(test, "r-1");
        var taken = new List<RequestLog.Entry>();
        for (int i = 0; i < 2000 && taken.Count < 2; i++)
        {
            taken.AddRange(Taken(test));
            await Task.Delay(5);
        }

        Assert.Equal([("r-1", 1, false), ("r-1", 2, true)], taken.Select(e => (e.Request.RequestId!, e.Request.Version!.Value, e.Request.Shadow)).OrderBy(e => e.Value));
        Assert.Equal([7.0, 31.0], taken.OrderBy(e => e.Request.Version).Select(e => RowsPayload.ReadOutput(e.Payload!.Output!).Predictions[0].Value.GetValue<double>()));
    }

    static PlaneUnderTest Logging(RequestLogSpec log)
    {
        var test = new PlaneUnderTest();
        test.Catalog.Deploy("press", Spec(log));
        return test;
    }

    static DeploymentSpec Spec(RequestLogSpec? log) => new() { WarmUp = new() { Requests = 0 }, Log = log };

    static Task<PredictAnswer> AskAsync(PlaneUnderTest test, string id) => test.Plane.PredictAsync(new(new ModelReference("press")) { Id = id }, PlaneUnderTest.Rows(PlaneUnderTest.Row(3, 1)));

    static List<RequestLog.Entry> Taken(PlaneUnderTest test)
    {
        var taken = new List<RequestLog.Entry>();
        while (test.Requests.Waiting.TryRead(out var entry)) taken.Add(entry);
        return taken;
    }
}
