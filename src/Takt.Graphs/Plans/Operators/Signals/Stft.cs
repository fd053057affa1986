using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The short-time Fourier transform: frames of a signal, each multiplied by a window and transformed. Output [batch, frames, frequencies, 2].</summary>
sealed class Stft(Node node) : Kernel
{
    readonly bool _isOneSided = node.Int("onesided", 1) != 0;

    public override void Run(Call call)
    {
        var (x, window) = (call.Input(0), call.OptionalInput(2));
        int parts = x.Rank == 2 ? 1 : x.Rank == 3 ? Spectrum.Parts(x, call) : throw call.Wrong($"{x}", "[batch, length] or [batch, length, 1 or 2]");
        int step = Spectrum.Length(call.Input(1), call), size = x.Sizes[1];
        int length = call.OptionalInput(3) is { } given ? Spectrum.Length(given, call) : window?.Count ?? throw call.Wrong("neither window nor frame_length", "one of them");
        if (window is not null && window.Count != length) throw call.Wrong($"a window of {window.Count}", $"{length}");
        if (length > size || length == 0) throw call.Wrong($"frames of {length} in a signal of {size}", $"1 to {size}");
        if (_isOneSided && parts == 2) throw call.Wrong("a complex signal with onesided", "a real one");

        int batch = x.Sizes[0], frames = ((size - length) / step) + 1, kept = _isOneSided ? (length / 2) + 1 : length;
        long count = checked((long)batch * frames * kept * 2);
        var room = call.Scratch.Take<double>(x.Count + length + count + (2L * length));
        var from = Numbers.Read(x, room[..x.Count], call);
        var weights = window is null ? default : Numbers.Read(window, room.Slice(x.Count, length), call);
        var to = room.Slice(x.Count + length, (int)count);
        var line = System.Runtime.InteropServices.MemoryMarshal.Cast<double, Complex>(room[(x.Count + length + to.Length)..]);
        var transform = new Fourier(length);
        for (int frame = 0, written = 0; frame < batch * frames; frame++)
        {
            Spectrum.Read(from, (frame / frames * size) + (frame % frames * step), 1, length, parts, line);
            for (int i = 0; i < weights.Length; i++) line[i] *= weights[i];
            transform.Forward(line);
            foreach (var value in line[..kept]) (to[written++], to[written++]) = (value.Real, value.Imaginary);
        }

        Numbers.Write<double>(to, call.Output, Spectrum.TypeOf(x, call), [batch, frames, kept, 2], call);
    }
}
