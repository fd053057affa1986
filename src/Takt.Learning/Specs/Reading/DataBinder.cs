using Takt.Data.Files;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;

namespace Takt.Learning.Specs.Reading;

/// <summary>Makes the <see cref="DataSpec"/> of a train spec.</summary>
static class DataBinder
{
    static readonly Dictionary<string, char> Delimiters = new()
    {
        ["comma"] = ',', ["semicolon"] = ';', ["tab"] = '\t', ["\\t"] = '\t', ["space"] = ' ', ["pipe"] = '|',
    };

    public static DataSpec Bind(SpecFields data, ref LearningTask? task, string? folder)
    {
        string file = data.RequiredText("file", "'file: press.csv'");
        CheckFile(data, "file", file, folder);
        TargetSpec target = TargetOf(data);
        if (target.RemainingLife is not null)
        {
            if (task == LearningTask.Classification)
                data.Report("target", "remaining-life with the task classification", "the task regression", "Remaining life is a number: write 'task: regression'");
            task = LearningTask.Regression;
            foreach (string key in (string[])["group", "time"])
                if (!data.Has(key))
                    data.Report("target", $"remaining-life without data.{key}", key == "group" ? "the column that names the machine" : "the column that counts its life",
                        $"Add '{key}: {(key == "group" ? "unit" : "cycle")}' under data");
        }

        TestFileSpec? test = TestOf(data, target, folder);
        var bound = new DataSpec
        {
            File = file,
            Target = target,
            Ignore = data.Texts("ignore") ?? [],
            Group = data.Text("group"),
            Time = data.Text("time"),
            Columns = data.Texts("columns"),
            Header = data.Flag("header"),
            Delimiter = DelimiterOf(data),
            Encoding = data.Text("encoding"),
            OnBadRow = data.Choice("on_bad_row", OnError.Fail),
            Test = test,
        };
        bound = bound with { Split = SplitOf(data, bound, task, folder) };
        CheckNames(data, bound);
        return bound;
    }

    static TargetSpec TargetOf(SpecFields data)
    {
        if (!data.Has("target")) data.ReportMissing("target", "'target: Machine failure', the column that is predicted");
        if (data.Node("target") is not SpecMap) return TargetSpec.Of(data.Text("target") ?? "");

        var target = data.Section("target", "a column or { remaining-life: { cap: 125 } }")!;
        if (target.Node("remaining-life") is null or SpecScalar { Text: "true" })
        {
            if (target.Has("remaining-life")) return new TargetSpec { RemainingLife = new RemainingLifeSpec(Cap: null) };
            if (!target.Has("column")) target.ReportMissing("column", "'column: …' or 'remaining-life: { cap: 125 }'");
            return TargetSpec.Of(target.Text("column") ?? "");
        }

        if (target.Has("column"))
            target.Report("column", "a target column and remaining-life", "one of the two", "Remaining life is computed from group and time: leave the column out");
        var life = target.Section("remaining-life", "{ cap: 125 }");
        double cap = life?.Number("cap", 0, 0, double.PositiveInfinity, isLeastAllowed: false) ?? 0;
        return new TargetSpec { RemainingLife = new RemainingLifeSpec(cap > 0 ? cap : null) };
    }

    static char? DelimiterOf(SpecFields data)
    {
        if (data.Node("delimiter") is not { } node) return null;
        if (node is SpecScalar { Text: var text })
        {
            if (text.Length == 1) return text[0];
            if (Delimiters.TryGetValue(text.ToLowerInvariant(), out char named)) return named;
        }

        return data.Wrong<char?>("delimiter", node, "one character, or comma, semicolon, tab, space, pipe", null);
    }

    static TestFileSpec? TestOf(SpecFields data, TargetSpec target, string? folder)
    {
        if (data.Node("test") is SpecScalar { Text: var plain })
        {
            CheckFile(data, "test", plain, folder);
            return new TestFileSpec { File = plain };
        }

        if (data.Section("test", "a file or { file: test.csv, answers: lives.txt }") is not { } test) return null;
        string file = test.RequiredText("file", "'file: test.csv'");
        CheckFile(test, "file", file, folder);
        string? answers = test.Text("answers");
        if (answers is not null && target.RemainingLife is null)
            test.Report("answers", "answers for a target column", "the target in the test file itself", "Only remaining-life has its answers apart");
        CheckFile(test, "answers", answers, folder);
        return new TestFileSpec { File = file, Answers = answers };
    }

    static SplitSpec SplitOf(SpecFields data, DataSpec bound, LearningTask? task, string? folder)
    {
        var byData = bound.Group is not null ? SplitBy.Group : bound.Time is not null ? SplitBy.Time : SplitBy.Random;
        bool hasTestFile = bound.Test is not null;
        if (data.Section("split", "keys such as { test: 0.2, stratify: true }") is not { } split)
            return new SplitSpec { By = byData, Test = hasTestFile ? 0 : new SplitSpec().Test };

        var defaults = new SplitSpec();
        var by = split.Choice("by", byData);
        var rows = TestRowsOf(split, folder);
        bool hasTestElsewhere = hasTestFile || rows is not null;
        double test = split.Number("test", hasTestElsewhere ? 0 : defaults.Test, 0, 0.9);
        bool? stratify = split.Flag("stratify");

        if (hasTestElsewhere && test > 0)
            split.Report("test", $"a share for the test beside {(hasTestFile ? "a test file" : "test_rows")}", "one test part", "Leave 'test' out of split");
        if (hasTestFile && rows is not null) split.Report("test_rows", "test_rows beside a test file", "one test part", "Leave one of them out");
        if (by == SplitBy.Group && bound.Group is null)
            split.Report("by", "a split by group without data.group", "the column that names the group", "Add 'group: machine' under data");
        if (stratify == true && by != SplitBy.Random)
            split.Report("stratify", $"stratify with a split by {SpecNames.Of(by)}", "a random split", "Leave stratify out, or write 'by: random'");
        if (stratify == true && task == LearningTask.Regression)
            split.Report("stratify", "stratify with the task regression", "classes to keep the shares of", "Leave stratify out");

        return new SplitSpec
        {
            Test = test,
            Validation = split.Number("validation", defaults.Validation, 0, 0.9),
            Stratify = stratify,
            By = by,
            Seed = split.Seed("seed", defaults.Seed),
            TestRows = rows,
        };
    }

    static TestRowsSpec? TestRowsOf(SpecFields split, string? folder)
    {
        if (split.Node("test_rows") is not SpecMap)
        {
            var rows = split.Integers("test_rows", 0, int.MaxValue);
            if (rows is { Count: 0 }) split.Report("test_rows", "no test rows", "at least one", "Leave test_rows out to split by share");
            return rows is null ? null : new TestRowsSpec { Rows = rows };
        }

        var section = split.Section("test_rows", "row numbers or { file: test_rows.txt, line: 1 }")!;
        string file = section.RequiredText("file", "'file: test_rows.txt'");
        CheckFile(section, "file", file, folder);
        return new TestRowsSpec { File = file, Line = section.Integer("line", 1, 1, int.MaxValue) };
    }

    /// <summary>Names that contradict each other, and, for headerless files, names that are not among the columns.</summary>
    static void CheckNames(SpecFields data, DataSpec bound)
    {
        string? target = bound.Target.Column;
        if (target is not null && bound.Ignore.Contains(target))
            data.Report("ignore", $"the target '{target}' among the ignored columns", "columns that are not learned from", "Take it out of ignore");
        if (bound.Group is not null && bound.Group == bound.Time)
            data.Report("time", $"'{bound.Time}' as group and as time", "two columns");
        if (target is not null && (bound.Group == target || bound.Time == target) && target.Length > 0)
            data.Report("target", $"the target '{target}' as {(bound.Group == target ? "group" : "time")} too", "two columns");

        if (bound.Columns is not { } columns) return;
        if (columns.Count == 0) data.Report("columns", "no column names", "a name for each column");
        foreach (string twice in columns.GroupBy(c => c).Where(c => c.Count() > 1).Select(c => c.Key))
            data.Report("columns", $"the column '{twice}' twice", "each name once");
        void CheckKnown(string key, string? name)
        {
            if (!string.IsNullOrEmpty(name) && !columns.Contains(name))
                data.Report(key, $"'{name}' for {key}", "one of data.columns", NearestName.Suggest(name, columns));
        }

        CheckKnown("target", target);
        CheckKnown("group", bound.Group);
        CheckKnown("time", bound.Time);
        foreach (string name in bound.Ignore) CheckKnown("ignore", name);
    }

    /// <summary>Whether a named file is there; asked only where the spec's folder is known.</summary>
    internal static void CheckFile(SpecFields fields, string key, string? file, string? folder)
    {
        if (string.IsNullOrEmpty(file) || folder is null) return;
        string path = Path.GetFullPath(file, Path.GetFullPath(folder));
        if (File.Exists(path)) return;
        if (Directory.Exists(path))
        {
            fields.Report(key, $"the folder '{file}'", "a file");
            return;
        }

        fields.Report(key, $"no file '{file}' in {Path.GetFullPath(folder)}", "a file, named from that folder", NearbyFile.Guess(path));
    }
}
