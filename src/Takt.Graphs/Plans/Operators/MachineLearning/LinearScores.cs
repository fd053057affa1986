using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>scores = x·coefficientsᵀ + intercepts, in double precision.</summary>
sealed class LinearScores
{
    readonly double[] _coefficients, _intercepts;
    readonly int _columns;

    /// <summary>Checks what belongs together.</summary>
    /// <param name="node">The node.</param>
    /// <param name="scores">Rows of the coefficients.</param>
    /// <param name="coefficients">Shape [scores, columns].</param>
    /// <param name="intercepts">One a score, or none.</param>
    public LinearScores(Node node, int scores, double[] coefficients, double[] intercepts)
    {
        if (coefficients.Length == 0 || scores < 1 || coefficients.Length % scores != 0) throw node.Wrong($"{coefficients.Length} coefficients", $"some, and as many for each of {scores} scores");
        if (intercepts.Length != 0) node.SameLength(scores, ("intercepts", intercepts.Length));
        (_coefficients, _intercepts, Scores, _columns) = (coefficients, intercepts, scores, coefficients.Length / scores);
    }

    /// <summary>Scores that a row gets.</summary>
    public int Scores { get; }

    /// <summary>The scores of all rows, in the call's working memory.</summary>
    public Span<double> Of(Call call, out int rows)
    {
        var x = call.Input();
        (rows, int columns) = Numbers.Table(x, call);
        if (columns != _columns) throw call.Wrong($"{columns} features", $"{_columns}");
        var room = call.Scratch.Take<double>(((long)rows * Scores) + x.Count);
        var scores = room[..(rows * Scores)];
        var from = Numbers.Read(x, room[scores.Length..], call);
        for (int i = 0; i < scores.Length; i++)
        {
            var (row, score) = Math.DivRem(i, Scores);
            scores[i] = System.Numerics.Tensors.TensorPrimitives.Dot(from.Slice(row * columns, columns), _coefficients.AsSpan(score * columns, columns)) + (_intercepts.Length > 0 ? _intercepts[score] : 0);
        }

        return scores;
    }
}
