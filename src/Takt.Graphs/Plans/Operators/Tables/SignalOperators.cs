namespace Takt.Graphs.Plans.Operators;

/// <summary>Transforms and windows of signals.</summary>
static class SignalOperators
{
    public static OperatorGroup All { get; } = new()
    {
        // frequencies
        ["DFT"] = (1, node => new Dft(node)),
        ["STFT"] = (2, node => new Stft(node)),
        ["MelWeightMatrix"] = (5, node => new MelWeightMatrix(node)),

        // windows
        ["HannWindow"] = (1, Window.Hann),
        ["HammingWindow"] = (1, Window.Hamming),
        ["BlackmanWindow"] = (1, Window.Blackman),
    };
}
