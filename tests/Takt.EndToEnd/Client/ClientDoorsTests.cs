using System.Text.Json.Nodes;
using Takt.Client;
using Takt.EndToEnd.Doors;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Rows;

namespace Takt.EndToEnd.Client;

/// <summary>The client against the real server: predictions over a model that can be checked by hand.</summary>
public sealed class ClientDoorsTests(DoorsServer server) : IClassFixture<DoorsServer>, IDisposable
{
    static readonly CallContext s_station = new()
    {
        Parameters = new Dictionary<string, string> { ["station"] = "S1" }, Priority = 1, Timeout = TimeSpan.FromMinutes(1), Deadline = DateTimeOffset.UtcNow.AddMinutes(5),
    };

    readonly TaktClient _takt = new(server.Http.BaseAddress!);

    public void Dispose() => _takt.Dispose();

    [Theory]
    [InlineData("press", "1", 7, 11)]
    [InlineData("press@champion", "1", 7, 11)]
    [InlineData("press:2", "2", 31, 47)]
    public async Task Rows_and_tensors_are_answered_by_the_version_that_was_named(string model, string version, double first, double second)
    {
        var rows = await _takt.PredictAsync(model, Rows(), explain: true, context: s_station);
        Assert.Equal((version, "length", "mm"), (rows.Version, rows.Target, rows.Unit));
        Assert.Equal([first, second], rows.Predictions.Select(p => p.Value.GetValue<double>()));
        Assert.Equal("x", rows.Predictions[0].Explanation!.Contributions[0].Column);

        InferTensor[] inputs = [InferTensor.Of("x", new double[] { 3, 4.5 }, 2, 1), InferTensor.Of("y", new float[] { 1, 2 }, 2, 1)];
        var tensors = await _takt.InferAsync(model, inputs, context: s_station with { Priority = 2 });
        Assert.Equal((version, 2), (tensors.ModelVersion, tensors.Outputs.Count));
        Assert.Equal([first, second], tensors.Outputs.Single(o => o.Name == "length").Elements<double>().ToArray());
        Assert.Equal(2, tensors.Outputs.Single(o => o.Name == "longer").Elements<bool>().Length);
        Assert.Equal(["longer"], (await _takt.InferAsync(model, inputs, outputs: ["longer"])).Outputs.Select(o => o.Name));
    }

    [Fact]
    public async Task Bad_rows_are_told_beside_the_good_ones_or_fail_the_batch()
    {
        JsonObject[] rows = [new() { ["x"] = "a", ["y"] = 1 }, new() { ["x"] = 3, ["y"] = 1 }];
        var answer = await _takt.PredictAsync("press", rows, onError: OnError.Skip);
        Assert.Equal((1, 0, "a number"), (answer.Predictions.Single().Row, answer.Errors.Single().Row, answer.Errors.Single().Problem.Expected));
        var failure = await Assert.ThrowsAsync<TaktException>(() => _takt.PredictAsync("press", rows));
        Assert.Equal((400, "no number", "row 0, x or y"), (failure.Status, failure.Problems.Single().Found, failure.Problems.Single().Where));
        Assert.NotEmpty(failure.RequestId!);
    }

    [Fact]
    public async Task What_is_not_there_is_told_with_the_way_out_in_every_protocol()
    {
        var rows = await Assert.ThrowsAsync<TaktException>(() => _takt.PredictAsync("pres", Rows()));
        Assert.Equal((404, "Did you mean 'press'?"), (rows.Status, rows.Problems.Single().WayOut));
        var tensors = await Assert.ThrowsAsync<TaktException>(() => _takt.InferAsync("pres", []));
        Assert.Equal(404, tensors.Status);
        Assert.Contains("Did you mean 'press'?", tensors.Message);
        Assert.False(string.IsNullOrEmpty(tensors.RequestId));
    }

    [Fact]
    public async Task Models_say_what_they_take_and_whether_they_answer()
    {
        Assert.True(await _takt.IsReadyAsync());
        Assert.True(await _takt.Models.IsReadyAsync("press@champion"));
        Assert.False(await _takt.Models.IsReadyAsync("broken"));
        Assert.Equal(404, (await Assert.ThrowsAsync<TaktException>(() => _takt.Models.IsReadyAsync("pres"))).Status);
        var metadata = await _takt.Models.MetadataAsync("press");
        Assert.Equal([("x", TensorType.Fp64), ("y", TensorType.Fp32)], metadata.Inputs.Select(t => (t.Name, t.Type)));
        Assert.Equal([-1, 1], metadata.Outputs[0].Shape);
    }

    /// <summary>Who is refused while sending would otherwise find a broken connection, and send four times.</summary>
    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_sent()
    {
        var refused = await Assert.ThrowsAsync<TaktException>(() => _takt.InferAsync("press", [InferTensor.Of("x", new double[2 * DoorsServer.MaxRequestBytes / sizeof(double)], 2 * DoorsServer.MaxRequestBytes / sizeof(double), 1)]));
        Assert.Equal(413, refused.Status);
        Assert.Contains("at most 1 MiB", refused.Message);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_named_and_asked_again_first()
    {
        var waits = 0;
        using var takt = new TaktClient(new Uri("http://127.0.0.1:9"), options: new() { Retries = 2, FirstDelay = TimeSpan.FromMilliseconds(1), Chance = () => ++waits * 0.01 });
        var failure = await Assert.ThrowsAsync<TaktException>(() => takt.Models.ListAsync());
        Assert.Null(failure.Status);
        Assert.Contains("no answer from http://127.0.0.1:9/", failure.Message);
        Assert.Equal(2, waits);
    }

    static JsonObject[] Rows() => [new() { ["x"] = 3, ["y"] = 1 }, new() { ["x"] = 4.5, ["y"] = 2 }];
}
