namespace Takt.Graphs;

/// <summary>How much a model file may claim. A file from outside may claim anything; what lies beyond a limit is an input error, not a full machine.</summary>
public sealed record ModelLimits
{
    /// <summary>Half of what the machine (or its container) has: the rest is for requests and for everything else that runs here.</summary>
    static readonly long s_half = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>The limits that hold where nobody says otherwise.</summary>
    public static ModelLimits Default { get; } = new();

    /// <summary>Bytes of all constants together: initialisers, what is folded from them, files of weights beside the model. Default half of the machine's memory.</summary>
    public long ConstantBytes { get; init; } = s_half;

    /// <summary>Bytes that one run may work in. Default half of the machine's memory.</summary>
    public long RunBytes { get; init; } = s_half;

    /// <summary>Steps of one run, those of loops each time they are made. Default 100 million: longer than any loop that people wait for, and an end for one that has none.</summary>
    public long Steps { get; init; } = 100_000_000;

    /// <summary>Nodes after functions are written out: a file of a kilobyte can call functions that call functions a billion times. Default a million.</summary>
    public int Nodes { get; init; } = 1_000_000;
}
