using Takt.Learning.Specs;
using Takt.Protocols.Problems;

namespace Takt.Learning.Tests.Specs;

public class TrainSpecErrorTests
{
    [Fact]
    public void All_errors_of_a_spec_are_told_at_once_each_with_its_line()
    {
        var problems = ProblemsOf("""
            name: Press Failure
            task: clasification
            data:
              file: press.csv
              ignore: [UDI]
              split: { test: 20%, stratify: maybe }
            model: { family: densee, layers: [64, thirty] }
            train:
              epohcs: 60
              rate: 0
              optimizer: sgdd
              rate: 0.1
            lerning: 3
            """);

        Assert.Equal(
            [
                "spec line 12 column 3: 'rate' a second time; expected each key once. The first is at spec line 10 column 3: remove one of them.",
                "spec line 13 column 1: unknown key 'lerning'. There is: name, task, data, prepare, window, model, train.",
                "spec line 1 column 7: model name 'Press Failure'; expected lower case letters, digits, '-', '_' and '.', beginning and ending with a letter or digit. 'press-failure' would do.",
                "spec line 2 column 7: 'clasification' for task; expected one of classification, regression. Did you mean 'classification'?",
                "spec line 7 column 18: 'densee' for family in model; expected one of dense, lstm. Did you mean 'dense'?",
                "spec line 7 column 39: 'thirty' for layers in model; expected a whole number from 1 to 16384.",
                "spec line 4 column 3: no 'target' in data. Add 'target: Machine failure', the column that is predicted.",
                "spec line 6 column 18: '20%' for test in data.split; expected a number from 0 to 0.9. Write 0.2.",
                "spec line 6 column 33: 'maybe' for stratify in data.split; expected true or false.",
                "spec line 9 column 3: unknown key 'epohcs' in train. Did you mean 'epochs'?",
                "spec line 11 column 14: 'sgdd' for optimizer in train; expected one of adam, adamw, sgd, rmsprop. Did you mean 'sgd'?",
                "spec line 10 column 9: '0' for rate in train; expected a number above 0 to 10.",
            ],
            problems.Select(p => p.ToString()));
    }

    [Theory]
    [InlineData("", "spec: an empty spec")]
    [InlineData("# only a comment\n", "spec: an empty spec")]
    [InlineData("- a\n- b\n", "spec line 1 column 1: a list instead of a spec")]
    [InlineData("name: a\n\tdata: b\n", "spec line 2 column 1: a tab in the indentation")]
    [InlineData("name: a\ndata: { file: f.csv, target: y\n", "broken YAML")]
    [InlineData("name: a\ndata:\n  file: f.csv\n target: y\n", "spec line 4 column 2: broken YAML")]
    [InlineData("name: \"a\ndata: 3\n", "broken YAML")]
    [InlineData("name: a\n---\nname: b\n", "spec line 2 column 1: a second document")]
    [InlineData("x: &a 3\ny: *a\n", "an anchor or alias")]
    public void Text_that_is_no_spec_is_refused_with_its_place(string text, string expected) =>
        Assert.Contains(ProblemsOf(text), p => p.ToString().Contains(expected));

    [Theory]
    [InlineData("epochs: 5", "unknown key 'epochs'", "'epochs' belongs under train")]
    [InlineData("train: { file: x }", "unknown key 'file' in train", "'file' belongs under data")]
    [InlineData("train: { learningrate: 1 }", "unknown key 'learningrate' in train", "There is: epochs")]
    [InlineData("model: { drop-out: 0.1 }", "unknown key 'drop-out' in model", "Did you mean 'dropout'?")]
    [InlineData("train: { weight-decay: 0.1, weight_decay: 0.2 }", "'weight_decay' a second time", "remove one of them")]
    [InlineData("train: { epochs: 1.5 }", "'1.5' for epochs in train", null)]
    [InlineData("train: { epochs: [1] }", "a list for epochs in train", null)]
    [InlineData("train: { ema: 1 }", "'1' for ema in train", null)]
    [InlineData("train: { rate: .nan }", "'.nan' for rate in train", null)]
    [InlineData("train: { rate: NaN }", "'NaN' for rate in train", null)]
    [InlineData("train: { rate: Infinity }", "'Infinity' for rate in train", null)]
    [InlineData("train: { rate: \"0,01\" }", "'0,01' for rate in train", "Write the decimal point: 0.01")]
    [InlineData("train: { class_weights: { a: -1 } }", "'-1' for class_weights in train", null)]
    [InlineData("train: { threshold: { metric: f1, precision: 0.9 } }", "'precision' with the metric f1", "metric: recall")]
    [InlineData("train: 5", "'5' for train", null)]
    [InlineData("model: { hidden: 8 }", "hidden with the family dense", "lstm")]
    [InlineData("window: 0", "'0' for window", null)]
    [InlineData("prepare: everything", "unknown step 'everything'", "There is: auto")]
    [InlineData("prepare: [{ step: impute, wiht: mean }]", "unknown key 'wiht'", "with")]
    [InlineData("window: 5\nprepare: [{ step: window, length: 9 }]", "a window beside a window step in prepare", "Leave 'window' out")]
    [InlineData("task: translation", "task 'translation'", "This version trains these two")]
    [InlineData("task: regression\ntrain: { monitor: f1 }", "'f1' with the task regression", null)]
    [InlineData("task: regression\ntrain: { class_weights: balanced }", "class_weights with the task regression", "Leave class_weights out")]
    [InlineData("task: classification\ntrain: { loss: huber }", "'huber' with the task classification", "Leave loss out")]
    public void A_wrong_key_or_value_is_told_with_the_way_out(string lines, string found, string? wayOut)
    {
        var problem = Assert.Single(ProblemsOf("name: a\ndata: { file: f.csv, target: y }\n" + lines));
        Assert.StartsWith(found, problem.Found);
        if (wayOut is not null) Assert.Contains(wayOut, problem.WayOut);
        Assert.StartsWith("spec line ", problem.Where);
    }

    [Theory]
    [InlineData("target: { remaining-life: { cap: 125 } }", "remaining-life without data.group")]
    [InlineData("target: { remaining-life: { cap: 0 } }, group: g, time: t", "'0' for cap in data.target.remaining-life")]
    [InlineData("target: { colum: y }", "unknown key 'colum' in data.target")]
    [InlineData("target: y, ignore: [y]", "the target 'y' among the ignored columns")]
    [InlineData("target: y, columns: [a, b, yy]", "'y' for target")]
    [InlineData("target: y, columns: [a, a, y]", "the column 'a' twice")]
    [InlineData("target: y, split: { by: group }", "a split by group without data.group")]
    [InlineData("target: y, time: t, split: { stratify: true }", "stratify with a split by time")]
    [InlineData("target: y, test: t.csv, split: { test: 0.2 }", "a share for the test beside a test file")]
    [InlineData("target: y, test: t.csv, split: { test_rows: [1] }", "test_rows beside a test file")]
    [InlineData("target: y, test: { file: t.csv, answers: a.txt }", "answers for a target column")]
    [InlineData("target: y, split: { test_rows: [-1] }", "'-1' for test_rows in data.split")]
    [InlineData("target: y, delimiter: tabs", "'tabs' for delimiter in data")]
    [InlineData("target: y, group: y", "the target 'y' as group too")]
    public void Data_that_contradicts_itself_is_told(string keys, string found) =>
        Assert.Contains(ProblemsOf($"{{ name: a, data: {{ file: f.csv, {keys} }} }}"), p => p.Found.StartsWith(found, StringComparison.Ordinal));

    [Fact]
    public void Deep_nesting_is_refused_not_followed() =>
        Assert.Contains("nested more than", Assert.Throws<InputException>(() => TrainSpecReader.Parse(new string('[', 5000) + new string(']', 5000))).Message);

    static IReadOnlyList<Problem> ProblemsOf(string text) => Assert.Throws<InputException>(() => TrainSpecReader.Parse(text)).Problems;

    [Fact]
    public void A_mistake_in_a_preparation_step_is_shown_with_its_line()
    {
        var error = Assert.Throws<InputException>(() => TrainSpecReader.Parse("""
            name: a
            data: { file: f.csv, target: y }
            prepare:
              - { step: standardize }
              - step: impute
                wiht: median
            """));

        Assert.Equal(
            ["unknown step 'standardize'; expected a known step. Did you mean 'standardise'?", "unknown key 'wiht' in step impute; expected a key of this step. Did you mean 'with'?"],
            error.Problems.Select(p => (p with { Where = null }).ToString()));
        Assert.Contains("line 4", error.Problems[0].Where);
        Assert.Contains("line 6", error.Problems[1].Where);
    }
}
