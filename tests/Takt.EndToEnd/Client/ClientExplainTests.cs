using System.Text.Json.Nodes;
using Takt.Client;
using Takt.EndToEnd.Doors;
using Takt.Graphs.Tests.Packages;
using Takt.Protocols.Explanations;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Rows;

namespace Takt.EndToEnd.Client;

/// <summary>The client's explanations against the real server.</summary>
public sealed class ClientExplainTests : RegistryServer
{
    static readonly CallContext s_station = new() { Parameters = new Dictionary<string, string> { ["station"] = "S1" }, Priority = 1, Timeout = TimeSpan.FromMinutes(1) };

    [Fact]
    public async Task Rows_come_back_with_what_each_column_contributed_and_how_far_it_adds_up()
    {
        await RegisterAsync("press", Samples.Classifier(), "champion");
        using var takt = new TaktClient(Http.BaseAddress!);
        var predicted = await takt.PredictAsync("press", Rows(), explain: true);
        var why = await takt.ExplainAsync("press@champion", Rows(), context: s_station);
        Assert.Equal(("press", "1", "classification", "Failure"), (why.Model, why.Version, why.Task, why.Target));
        Assert.Empty(why.Errors);
        foreach (var (answer, explained) in predicted.Predictions.Zip(why.Explanations))
        {
            Assert.Equal((answer.Row, answer.Value.GetValue<bool>(), answer.Probability!.Value, "integrated-gradients"), (explained.Row, explained.Value.GetValue<bool>(), explained.Score, explained.Method));
            Assert.Equal(answer.Explanation!.Baseline, explained.Baseline, tolerance: 1e-6);
            Assert.Equal(explained.Completeness.Sum, explained.Contributions.Sum(c => c.Effect), tolerance: 1e-9);
            Assert.Equal(explained.Score - explained.Baseline, explained.Completeness.Sum + explained.Completeness.Unexplained, tolerance: 1e-9);
        }

        var occluded = await takt.ExplainAsync("press:1", Rows(), ExplanationMethod.Occlusion);
        Assert.Equal(predicted.Predictions.Select(p => p.Explanation!.Contributions.Select(c => (c.Column, c.Effect))), occluded.Explanations.Select(e => e.Contributions.Select(c => (c.Column, c.Effect))));
    }

    /// <summary>y = tanh(w·x): integrated gradients from zero are wᵢxᵢ / (w·x) · y (Sundararajan et al. 2017).</summary>
    [Fact]
    public async Task Tensors_come_back_element_by_element_for_the_number_that_was_asked_about()
    {
        await RegisterAsync("graph", Samples.Imported());
        using var takt = new TaktClient(Http.BaseAddress!);
        InferTensor x = InferTensor.Of("x", new float[] { 3, 1, -0.4f, 2 }, 2, 2), half = InferTensor.Of("x", new float[] { 3, 0, -0.4f, 0 }, 2, 2);
        var why = await takt.ExplainAsync("graph", [x], context: s_station);
        Assert.Equal(("graph", "1", "y", "integrated-gradients"), (why.Model, why.Version, why.Output, why.Method));
        Assert.Equal([(0, 0, 0.0), (1, 0, 0.0)], why.Explanations.Select(e => (e.Row, e.Index, e.Baseline)));
        double[] scores = [Math.Tanh(1.25), Math.Tanh(-0.7)], expected = [1.5 / 1.25 * scores[0], -0.25 / 1.25 * scores[0], -0.2 / -0.7 * scores[1], -0.5 / -0.7 * scores[1]];
        Assert.All(why.Explanations.Zip(scores), pair => Assert.Equal(pair.Second, pair.First.Score, tolerance: 1e-6));
        var contributions = Assert.Single(why.Contributions);
        Assert.Equal("x", contributions.Name);
        Assert.Equal([2, 2], contributions.Shape);
        Assert.All(contributions.Elements<float>().ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, tolerance: 0.01));

        var against = await takt.ExplainAsync("graph", [x], new TensorQuestion("y", 0, ExplanationMethod.Occlusion, [half]));
        Assert.Equal("occlusion", against.Method);
        Assert.Equal([Math.Tanh(1.5), Math.Tanh(-0.2)], against.Explanations.Select(e => e.Baseline), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(0, against.Contributions[0].Elements<float>()[0]);
    }

    [Fact]
    public async Task Bad_rows_and_wrong_questions_are_told_as_everywhere()
    {
        await RegisterAsync("press", Samples.Classifier());
        await RegisterAsync("graph", Samples.Imported());
        using var takt = new TaktClient(Http.BaseAddress!);
        JsonObject[] rows = [new() { ["Torque"] = "much", ["Grade"] = "L", ["Cooled"] = true }, .. Rows()[..1]];
        Assert.Equal((400, "row 0, Torque"), Told(await Assert.ThrowsAsync<TaktException>(() => takt.ExplainAsync("press", rows))));
        var skipped = await takt.ExplainAsync("press", rows, onError: OnError.Skip);
        Assert.Equal((1, 0), (skipped.Explanations.Single().Row, skipped.Errors.Single().Row));

        InferTensor[] x = [InferTensor.Of("x", new float[] { 3, 1 }, 1, 2)];
        Assert.Contains("expected y", (await Assert.ThrowsAsync<TaktException>(() => takt.ExplainAsync("graph", x, new TensorQuestion("z")))).Message);
        Assert.Equal(404, (await Assert.ThrowsAsync<TaktException>(() => takt.ExplainAsync("grap", x))).Status);

        static (int?, string?) Told(TaktException failure) => (failure.Status, failure.Problems.Single().Where);
    }
}
