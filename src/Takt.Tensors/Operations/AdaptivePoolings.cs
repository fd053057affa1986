namespace Takt.Tensors;

/// <summary>Poolings to a given size, whatever the size of the image [batch, channels, height, width].</summary>
/// <remarks>Window i of n covers the rows ⌊i·height/n⌋ up to ⌈(i + 1)·height/n⌉, columns likewise, as in PyTorch. Where n divides the size these are windows side by side, which ONNX knows; others it does not.</remarks>
public static class AdaptivePoolings
{
    extension(Tensor x)
    {
        /// <summary>The mean of each of so many windows; each of its pixels gets dy / count.</summary>
        /// <param name="result">Rows and columns of the result.</param>
        /// <exception cref="ShapeException">Not an image, or an empty one.</exception>
        public Tensor AdaptiveAveragePool2d(Extent result)
        {
            Check("AdaptiveAveragePool2d", x, result);
            return result == 1 ? x.GlobalAveragePool() : Divides(x, result) ? x.AveragePool2d((x.Shape[2] / result.Height, x.Shape[3] / result.Width)) : Tape.Run<Pooled, (Extent, bool)>((result, false), x);
        }

        /// <summary>The largest pixel of each of so many windows; its gradient goes to the first that is as large.</summary>
        /// <param name="result">Rows and columns of the result.</param>
        /// <exception cref="ShapeException">Not an image, or an empty one.</exception>
        public Tensor AdaptiveMaxPool2d(Extent result)
        {
            Check("AdaptiveMaxPool2d", x, result);
            return Divides(x, result) ? x.MaxPool2d((x.Shape[2] / result.Height, x.Shape[3] / result.Width)) : Tape.Run<Pooled, (Extent, bool)>((result, true), x);
        }
    }

    static bool Divides(Tensor x, Extent result) => x.Shape[2] % result.Height == 0 && x.Shape[3] % result.Width == 0;

    static void Check(string operation, Tensor x, Extent result)
    {
        if (x.Shape.Rank != 4 || x.Length == 0 || result.Height < 1 || result.Width < 1)
            throw new ShapeException(operation, $"x {x.Shape} to {result}", "x [batch, channels, height, width], not empty, to at least one row and column", "Reshape it first.");
    }

    sealed class Pooled : Record<(Extent Result, bool IsMax)>
    {
        public override string Name => Settings.IsMax ? "AdaptiveMaxPool" : "AdaptiveAveragePool";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("output_size", new long[] { Settings.Result.Height, Settings.Result.Width })];

        internal override Tensor Prepare() => Room([this[0].Shape[0], this[0].Shape[1], Settings.Result.Height, Settings.Result.Width]);

        internal override void Forward()
        {
            Span<float> x = this[0].Values, y = Output.Values;
            for (int i = 0; i < y.Length; i++)
            {
                var window = WindowOf(i);
                float gathered = Settings.IsMax ? float.NegativeInfinity : 0;
                for (int row = window.Top; row < window.Bottom; row++)
                    for (int at = window.Begin(row); at < window.End(row); at++) gathered = Settings.IsMax ? MathF.Max(gathered, x[at]) : gathered + x[at];
                y[i] = Settings.IsMax ? gathered : gathered / window.Count;
            }
        }

        internal override void Backward(Tensor dy)
        {
            Span<float> x = this[0].Values, y = Output.Values, dx = Gradients.Begin(this[0]), gradient = dy.Values;
            for (int i = 0; i < y.Length; i++)
            {
                var window = WindowOf(i);
                float share = Settings.IsMax ? gradient[i] : gradient[i] / window.Count;
                for (int row = window.Top; row < window.Bottom && share != 0; row++)
                    for (int at = window.Begin(row); at < window.End(row); at++)
                    {
                        if (Settings.IsMax && x[at] != y[i]) continue;
                        dx[at] += share;
                        if (!Settings.IsMax) continue;
                        share = 0;   // the first takes all
                        break;
                    }
            }
        }

        Window WindowOf(int i)
        {
            var (height, width) = (this[0].Shape[2], this[0].Shape[3]);
            var (plane, place) = Math.DivRem(i, Settings.Result.Height * Settings.Result.Width);
            var (row, column) = Math.DivRem(place, Settings.Result.Width);
            var (top, bottom) = Along(row, height, Settings.Result.Height);
            var (left, right) = Along(column, width, Settings.Result.Width);
            return new(plane * height * width, width, top, bottom, left, right);
        }

        static (int From, int To) Along(int i, int size, int windows) => (i * size / windows, (((i + 1) * size) + windows - 1) / windows);

        readonly record struct Window(int Plane, int Width, int Top, int Bottom, int Left, int Right)
        {
            public int Count => (Bottom - Top) * (Right - Left);

            public int Begin(int row) => Plane + (row * Width) + Left;

            public int End(int row) => Plane + (row * Width) + Right;
        }
    }
}
