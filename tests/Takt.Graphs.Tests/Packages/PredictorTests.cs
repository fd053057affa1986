using System.Text.Json.Nodes;
using Takt.Data.Tables;
using Takt.Graphs.Packages;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;

namespace Takt.Graphs.Tests.Packages;

public class PredictorTests
{
    readonly Predictor _press = new(Samples.Classifier());
    readonly Predictor _windows = new(Samples.Windowed());

    [Fact]
    public void The_threshold_decides()
    {
        var table = Samples.Press();
        var predictions = _press.Predict(table);
        Assert.Equal(table.RowCount, predictions.Count);
        Assert.All(predictions, p => Assert.Equal(p.Probability >= 0.4, p.Value.GetValue<bool>()));
        Assert.All(predictions, p => Assert.Equal(1, p.Probabilities!.Values.Sum(), tolerance: 1e-12));
        Assert.Equal(Enumerable.Range(0, table.RowCount), predictions.Select(p => p.Row));
        Assert.Equal(2, predictions.Select(p => p.Value.GetValue<bool>()).Distinct().Count());
    }

    [Fact]
    public void Rows_of_JSON_a_table_and_tensors_give_the_same_bits()
    {
        var table = Samples.Press();
        var byTable = _press.Predict(table);
        var (byRow, problems, _) = _press.Predict([.. Enumerable.Range(0, table.RowCount).Select(row => Row(table, row))]);
        var byTensor = _press.Infer(Tensors(table)).Outputs;

        Assert.Empty(problems);
        Assert.Equal(byTable.Select(p => p.Probability), byRow.Select(p => p.Probability));
        Assert.Equal(byTable.Select(p => p.Value.ToString()), byTensor[0].Texts.ToArray());
        Assert.Equal(byTable.Select(p => (float)p.Probability!.Value), byTensor[1].Elements<float>().ToArray().Where((_, i) => i % 2 == 1));
    }

    [Fact]
    public void A_row_alone_gets_the_bits_it_gets_among_others()
    {
        var table = Samples.Press();
        var together = _press.Predict(table);
        for (int row = 0; row < table.RowCount; row++) Assert.Equal(together[row].Probability, _press.Predict(table.Take([row]))[0].Probability);
    }

    [Fact]
    public void Large_tables_go_through_in_pieces_with_the_same_bits()
    {
        int[] again = [.. Enumerable.Range(0, 40_000).Select(i => i % 60)];
        var small = _press.Predict(Samples.Press());
        var large = _press.Predict(Samples.Press().Take(again));
        Assert.Equal(again.Select(i => small[i].Probability), large.Select(p => p.Probability));
    }

    [Fact]
    public void Stopping_stops() =>
        Assert.Throws<OperationCanceledException>(() => _press.Predict(Samples.Press(), stop: new CancellationToken(canceled: true)));

    [Fact]
    public void A_bad_value_is_reported_and_the_good_rows_are_answered()
    {
        var rows = Enumerable.Range(0, 3).Select(row => Row(Samples.Press(), row)).ToList();
        rows[1]["Torque"] = "much";
        var (predictions, problems, _) = _press.Predict(rows);
        Assert.Equal([0, 2], predictions.Select(p => p.Row));
        Assert.Equal(1, Assert.Single(problems).Row);
    }

    [Fact]
    public void A_missing_column_is_named()
    {
        var wrong = Assert.Throws<InputException>(() => _press.Predict(Samples.Press().Without(new HashSet<string> { "Torque" })));
        Assert.Contains("Torque", wrong.Message);
    }

    [Fact]
    public void Effects_are_the_answer_less_the_answer_with_the_input_typical()
    {
        var table = Samples.Press().Take([4]);
        var explanation = _press.Predict(table, explain: true)[0].Explanation!;
        double answer = _press.Predict(table)[0].Probability!.Value;
        Assert.Equal(["Cooled", "Grade", "Torque"], explanation.Contributions.Select(c => c.Column).Order());
        Assert.Equal(explanation.Contributions.OrderByDescending(c => Math.Abs(c.Effect)), explanation.Contributions);

        var torque = explanation.Contributions.Single(c => c.Column == "Torque");
        double typical = torque.Typical!.GetValue<double>();
        var changed = table.With(new NumberColumn("Torque", [typical], "Nm"));
        Assert.Equal(answer - _press.Predict(changed)[0].Probability!.Value, torque.Effect);
        Assert.Equal("Nm", torque.Unit);
        Assert.Equal(((NumberColumn)table["Torque"]).Values[0], torque.Value!.GetValue<double>());
    }

    [Fact]
    public void An_input_at_its_typical_value_has_no_effect_and_the_typical_row_is_the_baseline()
    {
        var schema = _press.Pipeline.Schema;
        var row = new JsonObject
        {
            ["Torque"] = JsonNode.Parse(schema.Find("Torque")!.Typical!), ["Grade"] = schema.Find("Grade")!.Typical, ["Cooled"] = schema.Find("Cooled")!.Typical == "true",
        };
        var prediction = _press.Predict([row], explain: true).Predictions[0];
        Assert.All(prediction.Explanation!.Contributions, c => Assert.Equal(0, c.Effect));
        Assert.Equal(prediction.Probability, prediction.Explanation!.Baseline);
    }

    [Fact]
    public void Windows_answer_for_their_last_row()
    {
        Assert.Equal(5, _windows.WindowLength);
        var predictions = _windows.Predict(Samples.Press());
        Assert.Equal(Enumerable.Range(4, 56), predictions.Select(p => p.Row));
        Assert.All(predictions, p => Assert.Null(p.Probability));
        var explained = _windows.Predict(Samples.Press().Take([10, 11, 12, 13, 14]), explain: true);
        Assert.Equal(predictions.Single(p => p.Row == 14).Value.GetValue<double>(), Assert.Single(explained).Value.GetValue<double>());
        Assert.Contains(explained[0].Explanation!.Contributions, c => c is { Column: "Torque", Effect: not 0 });
    }

    [Fact]
    public void Too_few_rows_for_a_window_say_how_many_are_needed()
    {
        var table = Samples.Press();
        var wrong = Assert.Throws<InputException>(() => _windows.Predict([Row(table, 0), Row(table, 1)]));
        Assert.Contains("at least 5", wrong.Message);
    }

    [Fact]
    public void Tensors_are_named_typed_and_checked()
    {
        Assert.Equal([("Torque", TensorType.Fp64), ("Grade", TensorType.Bytes), ("Cooled", TensorType.Fp64)], _press.TensorInputs.Select(t => (t.Name, t.Type)));
        Assert.Equal([("value", TensorType.Bytes), ("probability", TensorType.Fp32)], _press.TensorOutputs.Select(t => (t.Name, t.Type)));
        var wrong = Assert.Throws<InputException>(() => _press.Infer([InferTensor.Of("Torque", (string?[])["a"], 1), InferTensor.Of("Grad", (string?[])["L"], 1)]));
        Assert.Equal(4, wrong.Problems.Count);   // wrong type, unknown name, two missing
    }

    [Fact]
    public void The_golden_cases_repeat_on_this_machine()
    {
        var report = _press.Verify();
        Assert.True(report.Passed);
        Assert.Equal(60, report.Cases);
        Assert.InRange(report.GreatestDifference, 0, 1e-6);
    }

    [Fact]
    public void Many_threads_may_predict_at_once()
    {
        var table = Samples.Press();
        var expected = _press.Predict(table).Select(p => p.Probability).ToArray();
        Parallel.For(0, 200, _ => Assert.Equal(expected, _press.Predict(table).Select(p => p.Probability)));
    }

    static JsonObject Row(Table table, int row) => new()
    {
        ["Torque [Nm]"] = ((NumberColumn)table["Torque"]).Values[row], ["Grade"] = table["Grade"].TextAt(row),
        ["Cooled"] = ((NumberColumn)table["Cooled"]).Values[row] != 0, ["Cycle"] = ((NumberColumn)table["Cycle"]).Values[row],
    };

    static InferTensor[] Tensors(Table table) =>
    [
        InferTensor.Of("Torque", ((NumberColumn)table["Torque"]).Values, table.RowCount),
        InferTensor.Of("Grade", ((TextColumn)table["Grade"]).Values, table.RowCount),
        InferTensor.Of("Cooled", ((NumberColumn)table["Cooled"]).Values, table.RowCount),
    ];
}
