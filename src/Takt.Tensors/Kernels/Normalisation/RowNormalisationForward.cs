using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

public static unsafe partial class RowNormalisation
{
    readonly struct Forward(float* x, float* scale, float* shift, float epsilon, float* y, float* moments, int rows, int width) : IKernel
    {
        public void Run<W>() where W : struct, ILanes<W>
        {
            int parts = (long)rows * width < WorthSharing ? 1 : Workers.Count;
            var share = new Share<W>(this, rows, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<W>(Forward all, int rows, int parts) : IWork where W : struct, ILanes<W>
        {
            public void Run(int part) => all.Rows<W>((int)((long)rows * part / parts), (int)((long)rows * (part + 1) / parts));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Rows<W>(int first, int end) where W : struct, ILanes<W>
        {
            float* room = stackalloc float[Sixteen];
            int whole = width / Sixteen * Sixteen, rest = width - whole;
            for (int row = first; row < end; row++)
            {
                float* from = x + ((nint)row * width), to = y + ((nint)row * width);
                var sum = W.Fill(0);
                for (int i = 0; i < whole; i += Sixteen) sum += W.Load(from + i);
                if (rest > 0) sum += Loops<W>.Load(from + whole, rest, 0, room);
                float mean = Sums.Total(sum, room) / width;

                W middle = W.Fill(mean), squares = W.Fill(0);
                for (int i = 0; i < whole; i += Sixteen)
                {
                    var difference = W.Load(from + i) - middle;
                    squares = W.MultiplyAdd(difference, difference, squares);
                }

                if (rest > 0)
                {
                    var difference = Loops<W>.Load(from + whole, rest, mean, room) - middle;
                    squares = W.MultiplyAdd(difference, difference, squares);
                }

                float narrow = 1 / MathF.Sqrt((Sums.Total(squares, room) / width) + epsilon);
                (moments[2 * row], moments[(2 * row) + 1]) = (mean, narrow);
                var factor = W.Fill(narrow);
                for (int i = 0; i < whole; i += Sixteen)
                    W.MultiplyAdd((W.Load(from + i) - middle) * factor, W.Load(scale + i), W.Load(shift + i)).Store(to + i);
                if (rest > 0)
                    Loops<W>.Store(W.MultiplyAdd((Loops<W>.Load(from + whole, rest, 0, room) - middle) * factor, Loops<W>.Load(scale + whole, rest, 0, room), Loops<W>.Load(shift + whole, rest, 0, room)), to + whole, rest, room);
            }
        }
    }
}
