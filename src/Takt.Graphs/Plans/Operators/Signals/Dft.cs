using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The discrete Fourier transform along one axis; onesided keeps n / 2 + 1 frequencies of a real signal, and backwards makes a real signal of them.</summary>
/// <remarks>The axis is an attribute until operator set 19 (default 1), an input from 20 on (default the last but one).</remarks>
sealed class Dft(Node node) : Kernel
{
    const int FirstWithAxisInput = 20;
    readonly long _axis = node.Opset >= FirstWithAxisInput ? -2 : node.Int("axis", 1);
    readonly bool _isInverse = node.Int("inverse", 0) != 0, _isOneSided = node.Int("onesided", 0) != 0;

    public override void Run(Call call)
    {
        var x = call.Input();
        int parts = Spectrum.Parts(x, call), axis = call.Axis(call.OptionalInput(2) is { Count: 1 } given ? WholeNumbers.At(given, 0, call) : _axis, x.Rank);
        if (axis == x.Rank - 1) throw call.Wrong($"axis {axis}", "an axis before the last");
        bool toReal = _isInverse && _isOneSided;
        int known = x.Sizes[axis], length = call.OptionalInput(1) is { } wanted ? Spectrum.Length(wanted, call) : toReal ? Math.Max(1, 2 * (known - 1)) : known;
        if (length == 0) throw call.Wrong("an empty signal", "at least one number");
        int kept = _isOneSided && !_isInverse ? (length / 2) + 1 : length, made = toReal ? 1 : 2;

        Span<int> sizes = stackalloc int[x.Rank];
        x.Sizes.CopyTo(sizes);
        (sizes[axis], sizes[^1]) = (kept, made);
        int inner = 1, outer = 1;
        foreach (int size in x.Sizes[..axis]) outer *= size;
        foreach (int size in x.Sizes[(axis + 1)..^1]) inner *= size;
        long count = checked((long)outer * kept * inner * made);
        var room = call.Scratch.Take<double>(x.Count + count + (2L * length));
        var from = Numbers.Read(x, room[..x.Count], call);
        var to = room.Slice(x.Count, (int)count);
        var line = System.Runtime.InteropServices.MemoryMarshal.Cast<double, Complex>(room[(x.Count + to.Length)..]);
        var transform = new Fourier(length);
        for (int o = 0; o < outer; o++)
            for (int i = 0; i < inner; i++)
            {
                Spectrum.Read(from, (o * known * inner) + i, inner, known, parts, line);
                if (toReal) Spectrum.Mirror(line, Math.Min(known, (length / 2) + 1));
                if (_isInverse) transform.Inverse(line);
                else transform.Forward(line);
                for (int k = 0; k < kept; k++)
                {
                    int at = ((((o * kept) + k) * inner) + i) * made;
                    to[at] = line[k].Real;
                    if (made == 2) to[at + 1] = line[k].Imaginary;
                }
            }

        Numbers.Write<double>(to, call.Output, Spectrum.TypeOf(x, call), sizes, call);
    }
}
