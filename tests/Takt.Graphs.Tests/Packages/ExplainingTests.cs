using Takt.Data.Tables;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Protocols.Explanations;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Tests.Packages;

public class ExplainingTests
{
    [Theory]
    [InlineData("rows")]
    [InlineData("windows")]
    public void Gradients_add_up_for_every_row(string kind)
    {
        var predictor = new Predictor(kind == "rows" ? Samples.Classifier() : Samples.Windowed());
        foreach (var prediction in predictor.Predict(Samples.Press(), explain: true, method: ExplanationMethod.Gradients))
        {
            double score = prediction.Probability ?? prediction.Value.GetValue<double>(), difference = score - prediction.Explanation!.Baseline;
            Assert.InRange(Math.Abs(difference - prediction.Explanation.Contributions.Sum(c => c.Effect)), 0, Math.Max(0.01 * Math.Abs(difference), 2e-3 * Math.Max(1, Math.Abs(score))));
        }
    }

    [Fact]
    public void A_row_alone_is_explained_as_among_others()
    {
        var predictor = new Predictor(Samples.Classifier());
        var table = Samples.Press();
        var together = predictor.Predict(table, explain: true, method: ExplanationMethod.Gradients);
        for (int row = 0; row < 5; row++)
        {
            var alone = predictor.Predict(table.Take([row]), explain: true, method: ExplanationMethod.Gradients)[0].Explanation!;
            Assert.Equal(together[row].Explanation!.Baseline, alone.Baseline);
            foreach (var (one, other) in together[row].Explanation!.Contributions.OrderBy(c => c.Column).Zip(alone.Contributions.OrderBy(c => c.Column))) Assert.Equal(one.Effect, other.Effect);
        }
    }

    [Fact]
    public void A_graph_without_derivatives_is_explained_by_occlusion_and_says_so()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 2);
        builder.Output(builder.Node("Floor", ["x"], "y"), null, 2);
        var proto = builder.Build();
        var explainer = new TensorExplainer(new TensorModel(proto), proto);
        var found = explainer.Explain([InferTensor.Of("x", [2.7f, -1.2f], 1, 2)], new TensorQuestion(null, 1, ExplanationMethod.Auto, []), CancellationToken.None);
        Assert.Equal(ExplanationMethod.Occlusion, found.Method);
        Assert.Equal((1, -2.0, 0.0), found.Rows.Single());
        Assert.Equal([0f, -2f], found.Contributions.Single().Elements<float>().ToArray());
        Assert.Contains("derivatives", Assert.Throws<InputException>(() => explainer.Explain([InferTensor.Of("x", [2.7f, -1.2f], 1, 2)], new TensorQuestion(null, 1, ExplanationMethod.Gradients, []), CancellationToken.None)).Message);
    }
}
