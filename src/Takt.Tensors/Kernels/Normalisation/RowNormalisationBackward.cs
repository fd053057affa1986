using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

public static unsafe partial class RowNormalisation
{
    /// <summary>Reads each row from memory once: its sums and its share of the parameters' first, its gradient while it is still near.</summary>
    readonly struct Backward(float* x, float* scale, float* moments, float* dy, float* dx, bool accumulate, float* dScale, float* dShift, int rows, int width, int bands) : IKernel
    {
        public void Run<W>() where W : struct, ILanes<W>
        {
            var share = new Share<W>(this, rows, bands);
            if ((long)rows * width >= WorthSharing) Workers.Run(bands, ref share);
            else for (int band = 0; band < bands; band++) share.Run(band);
        }

        readonly struct Share<W>(Backward all, int rows, int bands) : IWork where W : struct, ILanes<W>
        {
            public void Run(int band) => all.Band<W>(band, (int)((long)rows * band / bands), (int)((long)rows * (band + 1) / bands));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Band<W>(int band, int first, int end) where W : struct, ILanes<W>
        {
            float* room = stackalloc float[Sixteen];
            float* ofScale = dScale + ((nint)band * width), ofShift = dShift + ((nint)band * width);
            new Span<float>(ofScale, width).Clear();
            new Span<float>(ofShift, width).Clear();
            int whole = width / Sixteen * Sixteen, rest = width - whole;
            for (int row = first; row < end; row++)
            {
                float* from = x + ((nint)row * width), gradient = dy + ((nint)row * width);
                W middle = W.Fill(moments[2 * row]), narrow = W.Fill(moments[(2 * row) + 1]), sum = W.Fill(0), products = W.Fill(0);
                for (int i = 0; i < whole; i += Sixteen)
                {
                    W d = W.Load(gradient + i), n = (W.Load(from + i) - middle) * narrow, g = d * W.Load(scale + i);
                    sum += g;
                    products = W.MultiplyAdd(g, n, products);
                    W.MultiplyAdd(d, n, W.Load(ofScale + i)).Store(ofScale + i);
                    (W.Load(ofShift + i) + d).Store(ofShift + i);
                }

                if (rest > 0)
                {
                    W d = Loops<W>.Load(gradient + whole, rest, 0, room), n = (Loops<W>.Load(from + whole, rest, 0, room) - middle) * narrow, g = d * Loops<W>.Load(scale + whole, rest, 0, room);
                    sum += g;
                    products = W.MultiplyAdd(g, n, products);   // beyond the end g is 0
                    Loops<W>.Store(W.MultiplyAdd(d, n, Loops<W>.Load(ofScale + whole, rest, 0, room)), ofScale + whole, rest, room);
                    Loops<W>.Store(Loops<W>.Load(ofShift + whole, rest, 0, room) + d, ofShift + whole, rest, room);
                }

                if (dx == null) continue;
                float* target = dx + ((nint)row * width);
                W mean = W.Fill(Sums.Total(sum, room) / width), along = W.Fill(Sums.Total(products, room) / width);
                for (int i = 0; i < whole; i += Sixteen)
                {
                    W n = (W.Load(from + i) - middle) * narrow, g = W.Load(gradient + i) * W.Load(scale + i), slope = narrow * (g - mean - (n * along));
                    (accumulate ? W.Load(target + i) + slope : slope).Store(target + i);
                }

                if (rest > 0)
                {
                    W n = (Loops<W>.Load(from + whole, rest, 0, room) - middle) * narrow, g = Loops<W>.Load(gradient + whole, rest, 0, room) * Loops<W>.Load(scale + whole, rest, 0, room), slope = narrow * (g - mean - (n * along));
                    Loops<W>.Store(accumulate ? Loops<W>.Load(target + whole, rest, 0, room) + slope : slope, target + whole, rest, room);
                }
            }
        }
    }
}
