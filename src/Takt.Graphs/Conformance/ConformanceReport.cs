namespace Takt.Graphs.Conformance;

/// <summary>How one case ended.</summary>
public enum ConformanceResult
{
    /// <summary>Every output has the expected type, sizes and values.</summary>
    Passed,

    /// <summary>An output differs, or the model could not be read or run.</summary>
    Failed,

    /// <summary>The model asks for operators or element types that Takt does not compute, and was refused.</summary>
    Unsupported,
}

/// <summary>One case and its result.</summary>
/// <param name="Case">Its folder, relative to the one that was asked for.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Reason">What differs or is not supported; empty if it passed.</param>
public sealed record ConformanceCase(string Case, ConformanceResult Result, string Reason);

/// <summary>The results of a folder of cases.</summary>
/// <param name="Cases">One a case, in order of their names.</param>
public sealed record ConformanceReport(IReadOnlyList<ConformanceCase> Cases)
{
    /// <summary>Cases that passed.</summary>
    public int Passed => Count(ConformanceResult.Passed);

    /// <summary>Cases with a wrong answer or none.</summary>
    public int Failed => Count(ConformanceResult.Failed);

    /// <summary>Cases that were refused.</summary>
    public int Unsupported => Count(ConformanceResult.Unsupported);

    int Count(ConformanceResult result) => Cases.Count(c => c.Result == result);
}
