using Takt.Learning.Specs;
using Takt.Protocols.Problems;

namespace Takt.Learning.Tests.Specs;

public class TrainSpecWriterTests
{
    public static TheoryData<string> Specs => new(
        "{ name: a, data: { file: f.csv, target: y } }",
        """{ name: a, task: regression, data: { file: 'x: y.csv', target: { remaining-life: { cap: 125 } }, group: unit, time: cycle, delimiter: tab, columns: [unit, cycle, "1", "yes", "a\"b, c"] } }""",
        "{ name: a, data: { file: f.csv, target: y, group: g, split: { test_rows: { file: r.txt, line: 3 } } }, window: 12, model: { hidden: [8, 4], layers: [] } }",
        "{ name: a, data: { file: f.csv, target: y, split: { test_rows: [3, 1] } }, train: { threshold: { metric: cost, miss: 9 }, class_weights: { b: 2, '1': 3 }, rate: 1e-5 } }",
        "{ name: a, data: { file: f.csv, target: { remaining-life: true }, group: u, time: t, test: { file: t.csv, answers: a.txt } }, prepare: [{ step: clip, lower: 0.01 }, standardise] }",
        "{ name: a, task: classification, data: { file: f.csv, target: y, on_bad_row: skip, header: false, encoding: latin1 }, train: { threshold: 0.25, seed: 18446744073709551615, schedule: plateau, optimizer: rmsprop, decay_of: matrices, clip_value: 0.5, on_bad_batch: skip } }");

    [Theory, MemberData(nameof(Specs))]
    public void A_spec_written_as_yaml_or_json_reads_back_as_the_same(string text)
    {
        var spec = TrainSpecReader.Parse(text);
        string json = TrainSpecWriter.ToJson(spec).ToJsonString();

        Assert.Equal(json, TrainSpecWriter.ToJson(TrainSpecReader.Parse(json)).ToJsonString());
        Assert.Equal(json, TrainSpecWriter.ToJson(TrainSpecReader.Parse(TrainSpecWriter.ToYaml(spec))).ToJsonString());
    }

    [Fact]
    public void The_hash_does_not_see_how_a_spec_is_written_and_sees_what_it_says()
    {
        string HashOf(string text) => TrainSpecWriter.HashOf(TrainSpecReader.Parse(text));
        string one = HashOf("name: a\ndata: { file: f.csv, target: y }\ntrain: { weight_decay: 0.0, epochs: 100 }\nprepare: [{ step: clip, lower: 0.01, upper: 0.99 }]");

        Assert.Equal(one, HashOf("{ data: { target: y, file: f.csv }, prepare: [{ upper: 0.99, step: clip, lower: 0.01 }], name: a, train: { weight-decay: 0 } }"));
        Assert.NotEqual(one, HashOf("name: a\ndata: { file: f.csv, target: y }\ntrain: { epochs: 101 }\nprepare: [{ step: clip, lower: 0.01, upper: 0.99 }]"));
        Assert.Matches("^[0-9a-f]{64}$", one);
    }

    [Fact]
    public void The_hash_is_the_same_in_every_version_of_the_program() =>   // moves only when the canonical form does: then old run records no longer compare
        Assert.Equal("cb57249d6400760fd25327671e8e6dd0ab8361008a6b4b4e1d55ed5c814fc1fd", TrainSpecWriter.HashOf(TrainSpecReader.Parse("{ name: a, data: { file: f.csv, target: y } }")));

    [Fact]
    public void Flags_make_the_spec_that_a_file_would_make()
    {
        string folder = Directory.CreateTempSubdirectory("takt-flags-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "press.csv"), "a,y\n1,2\n");
            var flags = new TrainFlags { Data = "press.csv", Target = "remaining-life:125", Name = "life", Group = "unit", Time = "cycle", Ignore = ["a"], Seed = 3 };
            var file = TrainSpecReader.Parse("{ name: life, data: { file: press.csv, target: { remaining-life: { cap: 125 } }, group: unit, time: cycle, ignore: a }, train: { seed: 3 } }");
            Assert.Equal(TrainSpecWriter.HashOf(file), TrainSpecWriter.HashOf(flags.ToSpec(folder)));

            var wrong = Assert.Throws<InputException>(() => (flags with { Data = "pres.csv", Task = "regresion", Name = "A b" }).ToSpec(folder)).Problems;
            Assert.Equal(["--data", "--name", "--task"], wrong.Select(p => p.Where).Order());
            Assert.Equal(["--data", "--target", "--name"], Assert.Throws<InputException>(() => new TrainFlags().ToSpec(folder)).Problems.Select(p => p.Where));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
