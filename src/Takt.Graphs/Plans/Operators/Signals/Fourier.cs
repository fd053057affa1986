using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The discrete Fourier transform of any length in double precision: Cooley and Tukey (1965) for powers of two, Bluestein (1970) through them for the rest.</summary>
sealed class Fourier
{
    readonly int _length;
    readonly Complex[] _turns;                   // e^(−2πi·k/n), of a power of two
    readonly Complex[]? _chirp, _response;       // e^(−πi·k²/n), and the transform of its mirror: Bluestein
    readonly Complex[]? _room;
    readonly Fourier? _larger;

    /// <summary>Prepares a transform.</summary>
    /// <param name="length">Numbers in, numbers out; at least 1.</param>
    public Fourier(int length)
    {
        _length = length;
        _turns = [];
        if (BitOperations.IsPow2(length))
        {
            _turns = new Complex[length / 2];
            for (int k = 0; k < _turns.Length; k++) _turns[k] = Turn(-2.0 * k / length);
            return;
        }

        int padded = checked((int)BitOperations.RoundUpToPowerOf2((uint)(2 * length)));
        (_larger, _chirp, _response, _room) = (new Fourier(padded), new Complex[length], new Complex[padded], new Complex[padded]);
        for (long k = 0; k < length; k++) _chirp[k] = Turn(-(double)(k * k % (2L * length)) / length);
        _response[0] = Complex.One;
        for (int k = 1; k < length; k++) _response[k] = _response[padded - k] = Complex.Conjugate(_chirp[k]);
        _larger.Forward(_response);
    }

    /// <summary>X[k] = Σ x[n] · e^(−2πi·kn/N), in place.</summary>
    public void Forward(Span<Complex> x)
    {
        if (_larger is null) PowerOfTwo(x);
        else Bluestein(x);
    }

    /// <summary>The way back, divided by the length, in place.</summary>
    public void Inverse(Span<Complex> x)
    {
        foreach (ref var value in x) value = Complex.Conjugate(value);
        Forward(x);
        foreach (ref var value in x) value = Complex.Conjugate(value) / _length;
    }

    void PowerOfTwo(Span<Complex> x)
    {
        for (int i = 1, j = 0; i < _length; i++)
        {
            int bit = _length >> 1;
            for (; (j & bit) != 0; bit >>= 1) j ^= bit;
            j ^= bit;
            if (i < j) (x[i], x[j]) = (x[j], x[i]);
        }

        for (int half = 1; half < _length; half *= 2)
            for (int start = 0, step = _length / (2 * half); start < _length; start += 2 * half)
                for (int k = 0; k < half; k++)
                {
                    Complex even = x[start + k], odd = x[start + half + k] * _turns[k * step];
                    (x[start + k], x[start + half + k]) = (even + odd, even - odd);
                }
    }

    /// <summary>A product with a chirp makes the transform a convolution, which a longer transform does.</summary>
    void Bluestein(Span<Complex> x)
    {
        var room = _room.AsSpan();
        room.Clear();
        for (int k = 0; k < _length; k++) room[k] = x[k] * _chirp![k];
        _larger!.Forward(room);
        for (int k = 0; k < room.Length; k++) room[k] *= _response![k];
        _larger.Inverse(room);
        for (int k = 0; k < _length; k++) x[k] = room[k] * _chirp![k];
    }

    static Complex Turn(double halfTurns) => new(Math.Cos(Math.PI * halfTurns), Math.Sin(Math.PI * halfTurns));
}
