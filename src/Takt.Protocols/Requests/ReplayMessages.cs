namespace Takt.Protocols.Requests;

/// <summary>An order to send written calls to a version and to compare its answers with those that were given.</summary>
/// <param name="Model">The model whose calls are meant.</param>
/// <param name="To">The version that is asked: its number or an alias.</param>
public sealed record ReplayOrder(string Model, string To)
{
    /// <summary>Calls replayed unless another number is asked for.</summary>
    public const int UsualLimit = 1000;

    /// <summary>Calls replayed at most.</summary>
    public const int MostLimit = 100_000;

    /// <summary>Only calls that this version answered; null = any.</summary>
    public int? Version { get; init; }

    /// <summary>Only calls from then on; null = from the first.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only calls before then; null = up to now.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only this call; null = all that the rest says.</summary>
    public long? Request { get; init; }

    /// <summary>The newest so many, replayed oldest first. Default 1000.</summary>
    public int Limit { get; init; } = UsualLimit;

    /// <summary>The greatest difference between two numbers that is still taken for none; null = nothing is judged.</summary>
    public double? Tolerance { get; init; }
}

/// <summary>What a replay found.</summary>
/// <param name="Model">The model.</param>
/// <param name="To">The version that was asked.</param>
/// <param name="Requests">Written calls that were looked at.</param>
/// <param name="Compared">Those of which both versions gave an answer.</param>
/// <param name="Equal">Those whose two answers are equal to the last bit.</param>
/// <param name="AskedAnew">Those that the first version was asked again too, because what was redacted was missing this time, or its answer was not kept.</param>
/// <param name="Failed">Those that were answered then and are not now.</param>
/// <param name="AnsweredNow">Those that were not answered then and are now.</param>
/// <param name="FailedBoth">Those that neither answered.</param>
/// <param name="Skipped">Those that could not be replayed, by reason.</param>
/// <param name="Problem">What the first of <paramref name="Failed"/> said, or null.</param>
/// <param name="Tensors">How the answers compare, tensor by tensor (for rows: value and probabilities).</param>
/// <param name="Then">How long the calls took inside the model then.</param>
/// <param name="Now">How long they take now.</param>
/// <param name="Differing">The calls that differ, the greatest difference first; at most a hundred.</param>
/// <param name="Exceeds">Whether a number differs by more than the tolerance, a decision differs, or a call that was answered then is not now; null = no tolerance was given.</param>
public sealed record ReplayReport(
    string Model, int To, int Requests, int Compared, int Equal, int AskedAnew, int Failed, int AnsweredNow, int FailedBoth,
    IReadOnlyDictionary<string, int> Skipped, string? Problem,
    IReadOnlyList<TensorDifference> Tensors, ReplayLatency? Then, ReplayLatency? Now, IReadOnlyList<DifferingRequest> Differing, bool? Exceeds);

/// <summary>How the answers compare in one tensor, or in one field of predictions.</summary>
/// <param name="Name">The tensor, or <c>value</c>, <c>probability</c>, <c>probability of LABEL</c>.</param>
/// <param name="Elements">Elements compared.</param>
/// <param name="EqualBits">Those that are equal to the last bit.</param>
/// <param name="Decisions">Labels, texts and truths that differ, and elements that only one answer has.</param>
/// <param name="Absolute">The greatest difference between two numbers; null = no numbers were compared, or all are equal.</param>
/// <param name="Relative">The greatest difference in relation to the larger of the two, 0 to 2; null as above.</param>
public sealed record TensorDifference(string Name, long Elements, long EqualBits, long Decisions, ElementDifference? Absolute, ElementDifference? Relative);

/// <summary>A difference between two numbers and its place.</summary>
/// <param name="Difference">How far they are apart; null = infinitely, as a number is from none.</param>
/// <param name="Place">Which element: <c>row 3</c>, <c>[0, 12]</c>.</param>
/// <param name="Then">What was answered then; null = not a number.</param>
/// <param name="Now">What is answered now; null = not a number.</param>
/// <param name="Request">The call's number; 0 = the only one.</param>
public sealed record ElementDifference(double? Difference, string Place, double? Then, double? Now, long Request);

/// <summary>How long calls took inside the model: input, compute and output.</summary>
/// <param name="MedianMs">Half of them stayed within this.</param>
/// <param name="P95Ms">Nineteen of twenty stayed within this.</param>
public sealed record ReplayLatency(double MedianMs, double P95Ms);

/// <summary>A call whose two answers differ.</summary>
/// <param name="Request">Its number.</param>
/// <param name="Tensors">How they compare.</param>
public sealed record DifferingRequest(long Request, IReadOnlyList<TensorDifference> Tensors);

/// <summary>A replay as work under way or done. Work is kept in memory: the last ones until the server ends.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State"><c>running</c>, <c>done</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Order">What was ordered.</param>
/// <param name="StartedAt">When.</param>
/// <param name="EndedAt">When it ended; null = it runs.</param>
/// <param name="Done">Calls replayed so far.</param>
/// <param name="Total">Calls in all.</param>
/// <param name="Report">What it found; null until it is done.</param>
/// <param name="Problem">Why it failed, or null.</param>
public sealed record ReplayOperation(
    string Id, string State, ReplayOrder Order, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int Done, int Total, ReplayReport? Report, string? Problem);
