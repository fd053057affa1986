using System.Globalization;
using Takt.Protocols.Problems;

namespace Takt.Learning.Jobs.Data;

/// <summary>A file of true lives after the last row of each group: one number per line.</summary>
static class LifeAnswers
{
    /// <summary>The lives in file order; empty lines are passed over.</summary>
    /// <exception cref="InputException">There is no such file, or a line holds no number; all of them are reported.</exception>
    public static IReadOnlyList<double> Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"no file '{path}'", "the true lives, one per line");
        var answers = new List<double>();
        var problems = new List<Problem>();
        foreach (var (index, line) in File.ReadLines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double life) && double.IsFinite(life)) answers.Add(life);
            else problems.Add(new($"'{line.Trim()}'", "a life as a number", Where: $"{Path.GetFileName(path)} line {index + 1}"));
        }

        return problems.Count == 0 ? answers : throw new InputException(problems);
    }
}
