using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>The steps of a softmax over one row, with sixteen lanes.</summary>
static unsafe class SoftmaxRow<W> where W : struct, ILanes<W>
{
    const int Sixteen = Sums.Width;

    /// <summary>The largest element, which is the same in whatever order it is sought; −∞ where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(float* row, int count, float* room)
    {
        var largest = W.Fill(float.NegativeInfinity);
        int i = 0;
        for (; i <= count - Sixteen; i += Sixteen) largest = W.AtLeast(W.Load(row + i), largest);
        if (i < count) largest = W.AtLeast(Loops<W>.Load(row + i, count - i, float.NegativeInfinity, room), largest);
        largest.Store(room);
        Lanes4.AtLeast(Lanes4.AtLeast(Lanes4.Load(room), Lanes4.Load(room + 4)), Lanes4.AtLeast(Lanes4.Load(room + 8), Lanes4.Load(room + 12))).Store(room);
        return MathF.Max(MathF.Max(room[0], room[1]), MathF.Max(room[2], room[3]));
    }

    /// <summary>y = e^(factor·(x − largest)); returns their sum. y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Powers(float* x, float* y, int count, float largest, float scale, float* room)
    {
        W shift = W.Fill(largest), factor = W.Fill(scale), sum = W.Fill(0);
        int i = 0;
        for (; i <= count - Sixteen; i += Sixteen)
        {
            var power = Approximation.ExpBelow0((W.Load(x + i) - shift) * factor);
            power.Store(y + i);
            sum += power;
        }

        if (i < count)
        {
            var power = Approximation.ExpBelow0((Loops<W>.Load(x + i, count - i, float.NegativeInfinity, room) - shift) * factor);   // e^−∞ is 0 and adds nothing
            Loops<W>.Store(power, y + i, count - i, room);
            sum += power;
        }

        return Sums.Total(sum, room);
    }

    /// <summary>Each element times a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(float* row, int count, float by, float* room)
    {
        var factor = W.Fill(by);
        int i = 0;
        for (; i <= count - Sixteen; i += Sixteen) (W.Load(row + i) * factor).Store(row + i);
        if (i < count) Loops<W>.Store(Loops<W>.Load(row + i, count - i, 0, room) * factor, row + i, count - i, room);
    }

    /// <summary>dx = scale·y·(dy − Σ dy·y), or added to what is there: from the gradient of the result to that of scale·x. dx may be dy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Slope(float* y, float* dy, float* dx, int count, float scale, bool accumulate, float* room)
    {
        var sum = W.Fill(0);
        int whole = count / Sixteen * Sixteen, rest = count - whole;
        for (int i = 0; i < whole; i += Sixteen) sum = W.MultiplyAdd(W.Load(y + i), W.Load(dy + i), sum);
        if (rest > 0) sum = W.MultiplyAdd(Loops<W>.Load(y + whole, rest, 0, room), Loops<W>.Load(dy + whole, rest, 0, room), sum);
        W dot = W.Fill(Sums.Total(sum, room)), factor = W.Fill(scale);
        for (int i = 0; i < whole; i += Sixteen)
        {
            var slope = factor * W.Load(y + i) * (W.Load(dy + i) - dot);
            (accumulate ? W.Load(dx + i) + slope : slope).Store(dx + i);
        }

        if (rest > 0)
        {
            var slope = factor * Loops<W>.Load(y + whole, rest, 0, room) * (Loops<W>.Load(dy + whole, rest, 0, room) - dot);
            Loops<W>.Store(accumulate ? Loops<W>.Load(dx + whole, rest, 0, room) + slope : slope, dx + whole, rest, room);
        }
    }
}
