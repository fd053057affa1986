namespace Takt.Graphs.Plans.Operators;

/// <summary>The two outputs of a classifier: labels [rows] and scores [rows, classes].</summary>
static class Classes
{
    /// <summary>Decides every row and writes both outputs.</summary>
    /// <param name="call">Whose outputs.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="raw">Shape [rows, scores a row].</param>
    /// <param name="scores">How a row is decided.</param>
    /// <param name="labels">What classes are called.</param>
    public static void Write(Call call, int rows, ReadOnlySpan<double> raw, ClassScores scores, ClassLabels labels)
    {
        int classes = labels.Count, width = rows == 0 ? 0 : raw.Length / rows;
        int[] decided = System.Buffers.ArrayPool<int>.Shared.Rent(rows);
        float[]? unwanted = call.OptionalOutput(1) is null ? new float[classes] : null;
        var answers = call.OptionalOutput(1) is { } y ? y.Write<float>([rows, classes]) : default;
        for (int i = 0; i < rows; i++) decided[i] = scores.Decide(raw.Slice(i * width, width), unwanted ?? answers.Slice(i * classes, classes));
        labels.Write(decided.AsSpan(0, rows), call.OptionalOutput(0));
        System.Buffers.ArrayPool<int>.Shared.Return(decided);
    }
}
