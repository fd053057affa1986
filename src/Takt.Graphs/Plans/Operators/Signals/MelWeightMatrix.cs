using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Triangles over the frequencies of a spectrum, evenly apart on the mel scale: [dft_length / 2 + 1, mel bins]. Corners are rounded down to whole frequencies, as the operator's definition says.</summary>
sealed class MelWeightMatrix(Node node) : Kernel
{
    readonly ElementType _type = node.Type("output_datatype", ElementType.Float32);

    public override void Run(Call call)
    {
        int bins = Spectrum.Length(call.Input(0), call), length = Spectrum.Length(call.Input(1), call), rate = Spectrum.Length(call.Input(2), call), frequencies = (length / 2) + 1;
        double low = Mel(Hertz(call, 3)), step = (Mel(Hertz(call, 4)) - low) / (bins + 2);
        var weights = call.Scratch.Take<double>(checked((long)frequencies * bins));
        weights.Clear();
        for (int bin = 0; bin < bins; bin++)
        {
            int left = Corner(bin), centre = Corner(bin + 1), right = Corner(bin + 2);
            if (left < 0 || right > frequencies) throw call.Wrong($"mel bins up to frequency {right}", $"at most {frequencies}");
            if (left == centre) weights[Math.Min(centre, frequencies - 1) * bins + bin] = 1;
            else
                for (int i = left; i <= Math.Min(centre, frequencies - 1); i++) weights[(i * bins) + bin] = (double)(i - left) / (centre - left);
            for (int i = centre; i < right; i++) weights[(i * bins) + bin] = (double)(right - i) / (right - centre);
        }

        Numbers.Write<double>(weights, call.Output, _type, [frequencies, bins], call);

        int Corner(int bin) => (int)Math.Clamp(Math.Floor((length + 1) * 700 * (Math.Pow(10, ((bin * step) + low) / 2595) - 1) / rate), -1, int.MaxValue);
    }

    /// <summary>O'Shaughnessy's formula.</summary>
    static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));

    static double Hertz(Call call, int input)
    {
        var value = call.Input(input);
        return value.Count == 1 ? Numbers.Read(value, stackalloc double[1], call)[0] : throw call.Wrong($"{value}", "one frequency");
    }
}
