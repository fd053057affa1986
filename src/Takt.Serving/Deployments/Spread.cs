using System.Runtime.InteropServices;

namespace Takt.Serving.Deployments;

/// <summary>Places between 0 and 1 by which calls are shared out among versions.</summary>
static class Spread
{
    /// <summary>2⁶⁴ divided by the golden ratio: its multiples fill the circle as evenly as anything can (Knuth, The Art of Computer Programming 3, 6.4).</summary>
    const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The place of the n-th call: any run of calls is shared out to within a call or two of what the weights say, with nothing left to chance.</summary>
    public static double Of(long call) => Unit(Golden * (ulong)call);

    /// <summary>
    /// The place of everything that has one value: all calls of a station go to one version, on every server and after every restart. Models are mixed in, so that
    /// the same stations are not the first to try every model's challenger.
    /// </summary>
    public static double Of(string model, string value)
    {
        ulong hash = Hash(Hash(0xCBF29CE484222325, model), value);
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD; // FNV alone leaves the high bits of short texts alike; MurmurHash3's last step mixes them
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return Unit(hash ^ (hash >> 33));
    }

    /// <summary>FNV-1a over the text's UTF-16 and a mark of its end.</summary>
    static ulong Hash(ulong hash, string text)
    {
        foreach (byte part in MemoryMarshal.AsBytes(text.AsSpan())) hash = (hash ^ part) * 0x100000001B3;
        return (hash ^ 0xFF) * 0x100000001B3;
    }

    /// <summary>The upper 53 bits as a number from 0 up to, not including, 1.</summary>
    static double Unit(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));
}
