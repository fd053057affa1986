namespace Takt.Tensors.Kernels;

/// <summary>Moving elements between a tensor without gaps and places that lie apart.</summary>
static class StridedMoves
{
    /// <summary>y = what the order sees of the memory of x, whatever the elements are.</summary>
    public static void Copy(in Strided order, Tensor x, Tensor y)
    {
        switch (x.Type.Bytes())
        {
            case 8: Copy<long>(order, x.Memory<long>(), y.Elements<long>()); break;
            case 4: Copy<float>(order, x.Memory<float>(), y.Elements<float>()); break;
            case 2: Copy<short>(order, x.Memory<short>(), y.Elements<short>()); break;
            default: Copy<byte>(order, x.Memory<byte>(), y.Elements<byte>()); break;
        }
    }

    /// <summary>The way back: adds y to the places in x that it came from; where x was stretched, the sum.</summary>
    public static void Add(in Strided order, ReadOnlySpan<float> y, Span<float> x)
    {
        int length = order.RowLength, step = order.Step;
        for (int row = 0; row < order.RowCount; row++)
        {
            int at = order.Begin(row);
            var from = y.Slice(row * length, length);
            if (step == 1) Updates.AddScaled(1, from, x[at..]);
            else if (step == 0) x[at] += Sums.Of(from);
            else
                foreach (float value in from)
                {
                    x[at] += value;
                    at += step;
                }
        }
    }

    /// <summary>y = what the order sees of x.</summary>
    public static void Copy<T>(in Strided order, ReadOnlySpan<T> x, Span<T> y) where T : unmanaged
    {
        int length = order.RowLength, step = order.Step;
        for (int row = 0; row < order.RowCount; row++)
        {
            int at = order.Begin(row);
            var to = y.Slice(row * length, length);
            if (step == 1) x.Slice(at, length).CopyTo(to);
            else if (step == 0) to.Fill(x[at]);
            else
                foreach (ref var element in to)
                {
                    element = x[at];
                    at += step;
                }
        }
    }
}
