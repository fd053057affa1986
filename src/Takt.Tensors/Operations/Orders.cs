using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Along one axis: running sums and order.</summary>
public static class Orders
{
    extension(Tensor x)
    {
        /// <summary>Running sum along an axis: yᵢ = x₀ + … + xᵢ; dxᵢ = dyᵢ + … + dyₙ.</summary>
        /// <param name="axis">Which; −1 is the innermost.</param>
        public Tensor CumSum(int axis) => Tape.Run<RunningSum, int>(Axis.Of("CumSum", x.Shape, axis), x);

        /// <summary>The largest (or smallest) of an axis in order, and where they stood; of equals the first comes first, and not a number counts as the largest, as in PyTorch.</summary>
        /// <param name="count">How many.</param>
        /// <param name="axis">Which; −1 is the innermost.</param>
        /// <param name="largest">False for the smallest.</param>
        /// <returns>The numbers, through which gradients flow, and their places (Int64).</returns>
        /// <exception cref="ShapeException">The axis has fewer.</exception>
        public (Tensor Values, Tensor Indices) TopK(int count, int axis = -1, bool largest = true)
        {
            int along = Axis.Of("TopK", x.Shape, axis), size = x.Shape[along];
            if (count < 0 || count > size) throw new ShapeException("TopK", $"{count} of axis {axis} of {x.Shape}", $"0 to {size}", "Ask for fewer.");
            var places = Tape.Run<Ranking, (int, int, bool)>((along, count, largest), x);
            return (x.GatherElements(along, places), places);
        }

        /// <summary>An axis in ascending (or descending) order, and where its elements stood; of equals the first comes first.</summary>
        /// <inheritdoc cref="TopK(Tensor, int, int, bool)"/>
        /// <param name="axis">Which; −1 is the innermost.</param>
        /// <param name="descending">Largest first.</param>
        public (Tensor Values, Tensor Indices) Sort(int axis = -1, bool descending = false) => x.TopK(x.Shape[Axis.Of("Sort", x.Shape, axis)], axis, descending);
    }

    sealed class RunningSum : Record<int>
    {
        public override string Name => "CumSum";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axis", (long)Settings)];

        internal override Tensor Prepare() => Room(this[0].Shape);

        internal override void Forward()
        {
            var y = Output.Values;
            this[0].Values.CopyTo(y);
            var (outer, inner) = Axis.Around(this[0].Shape, Settings);
            int size = this[0].Shape[Settings];
            for (int i = 0; i < outer; i++)
                for (int k = 1; k < size; k++) Updates.AddScaled(1, y.Slice(((i * size) + k - 1) * inner, inner), y[(((i * size) + k) * inner)..]);
        }

        internal override void Backward(Tensor dy)
        {
            using var sums = new Scratch(dy.Length);
            dy.Values.CopyTo(sums.Values);
            var (outer, inner) = Axis.Around(this[0].Shape, Settings);
            int size = this[0].Shape[Settings];
            for (int i = 0; i < outer; i++)
                for (int k = size - 2; k >= 0; k--) Updates.AddScaled(1, sums.Values.Slice(((i * size) + k + 1) * inner, inner), sums.Values[(((i * size) + k) * inner)..]);
            Gradients.Add(this[0], sums.Values);
        }
    }

    sealed class Ranking : Record<(int Axis, int Count, bool Largest)>, IComparer<int>
    {
        float[] _keys = [];
        int[] _order = [];

        public override string Name => "TopK";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axis", (long)Settings.Axis), new("k", (long)Settings.Count), new("largest", Settings.Largest ? 1L : 0L)];

        internal override Tensor Prepare()
        {
            int size = this[0].Shape[Settings.Axis];
            (_keys, _order) = (new float[size], new int[size]);
            return Room(Axis.Resize(this[0].Shape, Settings.Axis, Settings.Count), ElementType.Int64);
        }

        internal override void Forward()
        {
            var x = this[0].Values;
            var places = Output.Indices;
            var (outer, inner) = Axis.Around(this[0].Shape, Settings.Axis);
            int size = _keys.Length, count = Settings.Count;
            for (int i = 0; i < outer; i++)
                for (int j = 0; j < inner; j++)
                {
                    for (int k = 0; k < size; k++) (_keys[k], _order[k]) = (x[(((i * size) + k) * inner) + j], k);
                    Array.Sort(_order, this);
                    for (int k = 0; k < count; k++) places[(((i * count) + k) * inner) + j] = _order[k];
                }
        }

        int IComparer<int>.Compare(int a, int b) => (Settings.Largest ? Compare(_keys[b], _keys[a]) : Compare(_keys[a], _keys[b])) is var order and not 0 ? order : a - b;

        static int Compare(float a, float b) => a < b ? -1 : a > b ? 1 : a == b ? 0 : float.IsNaN(a).CompareTo(float.IsNaN(b));
    }
}
