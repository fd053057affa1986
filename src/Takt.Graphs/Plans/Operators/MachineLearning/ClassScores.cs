using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>From a row's raw scores to what a classifier answers: the transformed scores of all classes and the class itself.</summary>
/// <remarks>Of two classes a model may score only one; the other's score is then what is missing to 1, or the opposite number.</remarks>
sealed class ClassScores(PostTransform transform, int raw, int classes, bool neverNegative)
{
    /// <summary>Whether one score stands for two classes.</summary>
    readonly bool _single = raw == 1 && classes == 2;

    public static ClassScores Of(Node node, int raw, int classes, bool neverNegative)
    {
        if (raw != classes && !(raw == 1 && classes == 2)) throw node.Wrong($"{raw} scores for {classes} classes", $"{classes}");
        return new ClassScores(node.ReadPostTransform(), raw, classes, neverNegative);
    }

    /// <summary>Works one row out.</summary>
    /// <param name="scores">What the model computed.</param>
    /// <param name="answer">One score a class.</param>
    /// <returns>The class.</returns>
    public int Decide(ReadOnlySpan<double> scores, Span<float> answer)
    {
        if (_single) return DecideSingle(scores[0], answer);
        Span<double> row = raw <= 64 ? stackalloc double[raw] : new double[raw];
        scores.CopyTo(row);
        int best = 0;   // before the transform: it keeps the order, but may round to ties
        for (int i = 1; i < row.Length; i++)
            if (row[i] > row[best]) best = i;
        transform.Apply(row);
        for (int i = 0; i < row.Length; i++) answer[i] = (float)row[i];
        return best;
    }

    int DecideSingle(double score, Span<float> answer)
    {
        bool isProbability = neverNegative && transform == PostTransform.None;
        Span<double> row = isProbability ? [1 - score, score] : [-score, score];
        transform.Apply(row);
        (answer[0], answer[1]) = ((float)row[0], (float)row[1]);
        return score > (isProbability ? 0.5 : 0) ? 1 : 0;
    }
}
