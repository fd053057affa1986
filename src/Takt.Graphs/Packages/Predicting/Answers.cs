namespace Takt.Graphs.Packages;

/// <summary>What the graph says, still coded.</summary>
/// <param name="Rows">The row of the table that each answer is for, rising.</param>
/// <param name="Values">The graph's outputs, answer by answer.</param>
/// <param name="Width">Outputs an answer.</param>
sealed record Answers(int[] Rows, float[] Values, int Width)
{
    /// <summary>Where the time went.</summary>
    public PredictionTimes Times { get; set; }

    public int Count => Rows.Length;

    public ReadOnlySpan<float> At(int answer) => Values.AsSpan(answer * Width, Width);
}
