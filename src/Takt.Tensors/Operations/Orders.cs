using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Along one axis: running sums, order, elements by their places.</summary>
public static class Orders
{
    extension(Tensor x)
    {
        /// <summary>Running sum along an axis: yᵢ = x₀ + … + xᵢ; dxᵢ = dyᵢ + … + dyₙ.</summary>
        /// <param name="axis">Which; −1 is the innermost.</param>
        public Tensor CumSum(int axis)
        {
            int along = Axis.Of("CumSum", x.Shape, axis), size = x.Shape[along];
            var (outer, inner) = Axis.Around(x.Shape, along);
            var y = Tape.Allocate(x.Shape);
            x.Values.CopyTo(y.Values);
            for (int i = 0; i < outer; i++)
                for (int k = 1; k < size; k++)
                    Updates.AddScaled(1, y.Values.Slice(((i * size) + k - 1) * inner, inner), y.Values[(((i * size) + k) * inner)..]);
            return Tape.Record("CumSum", [x], y, dy =>
            {
                using var sums = Storage.Rent(dy.Length);
                dy.Values.CopyTo(sums.Values);
                for (int i = 0; i < outer; i++)
                    for (int k = size - 2; k >= 0; k--)
                        Updates.AddScaled(1, sums.Values.Slice(((i * size) + k + 1) * inner, inner), sums.Values[(((i * size) + k) * inner)..]);
                Gradients.Add(x, sums.Values);
            }, new OperationAttribute("axis", (long)along));
        }

        /// <summary>Elements of an axis by their places, one for each index: y[…, i, …] = x[…, indices[…, i, …], …]; dx adds each dy where it came from.</summary>
        /// <param name="axis">Which; −1 is the innermost.</param>
        /// <param name="indices">Int64, equal to x in all other sizes; below 0 counts from the end.</param>
        /// <exception cref="ShapeException">The shapes do not fit, or an index is beyond the axis.</exception>
        public Tensor GatherElements(int axis, Tensor indices)
        {
            var places = new Places("GatherElements", x, axis, indices);
            var y = Tape.Allocate(indices.Shape);
            for (int i = 0; i < y.Length; i++) y.Values[i] = x.Values[places.At(indices.Indices, i)];
            return Tape.Record("GatherElements", [x, indices], y, dy =>
            {
                var dx = Gradients.Begin(x);
                for (int i = 0; i < dy.Length; i++) dx[places.At(indices.Indices, i)] += dy.Values[i];
            }, new OperationAttribute("axis", (long)places.Axis));
        }

        /// <summary>x with numbers added at places of an axis, one after the other: y[…, indices[…, i, …], …] += updates[…, i, …]; dx = dy, dupdates = dy at the places.</summary>
        /// <param name="axis">Which; −1 is the innermost.</param>
        /// <param name="indices">Int64, equal to x in all other sizes; below 0 counts from the end.</param>
        /// <param name="updates">As many numbers, same shape as the indices.</param>
        /// <exception cref="ShapeException">The shapes do not fit, or an index is beyond the axis.</exception>
        public Tensor ScatterAdd(int axis, Tensor indices, Tensor updates)
        {
            if (updates.Shape != indices.Shape) throw new ShapeException("ScatterAdd", $"indices {indices.Shape}, updates {updates.Shape}", "equal shapes", "Give one number per place.");
            var places = new Places("ScatterAdd", x, axis, indices);
            var y = Tape.Allocate(x.Shape);
            x.Values.CopyTo(y.Values);
            for (int i = 0; i < updates.Length; i++) y.Values[places.At(indices.Indices, i)] += updates.Values[i];
            return Tape.Record("ScatterElements", [x, indices, updates], y, dy =>
            {
                if (x.RequiresGradient) Gradients.Add(x, dy.Values);
                if (!updates.RequiresGradient) return;
                var target = Gradients.Begin(updates);
                for (int i = 0; i < target.Length; i++) target[i] += dy.Values[places.At(indices.Indices, i)];
            }, new("axis", (long)places.Axis), new("reduction", "add"));
        }

        /// <summary>The largest (or smallest) of an axis in order, and where they stood; of equals the first comes first, and not a number counts as the smallest.</summary>
        /// <param name="count">How many.</param>
        /// <param name="axis">Which; −1 is the innermost.</param>
        /// <param name="largest">False for the smallest.</param>
        /// <returns>The numbers, through which gradients flow, and their places (Int64).</returns>
        /// <exception cref="ShapeException">The axis has fewer.</exception>
        public (Tensor Values, Tensor Indices) TopK(int count, int axis = -1, bool largest = true)
        {
            int along = Axis.Of("TopK", x.Shape, axis), size = x.Shape[along];
            if (count < 0 || count > size) throw new ShapeException("TopK", $"{count} of axis {axis} of {x.Shape}", $"0 to {size}", "Ask for fewer.");
            var (outer, inner) = Axis.Around(x.Shape, along);
            var indices = Tape.Allocate(Axis.Resize(x.Shape, along, count), ElementType.Int64);
            float[] keys = new float[size];
            int[] order = new int[size];
            for (int i = 0; i < outer; i++)
                for (int j = 0; j < inner; j++)
                {
                    for (int k = 0; k < size; k++) (keys[k], order[k]) = (x.Values[(((i * size) + k) * inner) + j], k);
                    order.AsSpan().Sort((a, b) => (largest ? keys[b].CompareTo(keys[a]) : keys[a].CompareTo(keys[b])) is var c and not 0 ? c : a - b);
                    for (int k = 0; k < count; k++) indices.Indices[(((i * count) + k) * inner) + j] = order[k];
                }

            Tape.Record("TopK", [x], indices, _ => { }, new("axis", (long)along), new("k", (long)count), new("largest", largest ? 1L : 0L));
            return (x.GatherElements(along, indices), indices);
        }

        /// <summary>An axis in ascending (or descending) order, and where its elements stood; of equals the first comes first.</summary>
        /// <inheritdoc cref="TopK(Tensor, int, int, bool)"/>
        /// <param name="axis">Which; −1 is the innermost.</param>
        /// <param name="descending">Largest first.</param>
        public (Tensor Values, Tensor Indices) Sort(int axis = -1, bool descending = false) => x.TopK(x.Shape[Axis.Of("Sort", x.Shape, axis)], axis, descending);
    }

    /// <summary>Where an index along an axis points.</summary>
    readonly struct Places
    {
        readonly int _size, _inner, _count;

        public Places(string operation, Tensor x, int axis, Tensor indices)
        {
            Axis = Tensors.Axis.Of(operation, x.Shape, axis);
            if (indices.Shape.Rank != x.Shape.Rank || Tensors.Axis.Resize(x.Shape, Axis, indices.Shape[Axis]) != indices.Shape)
                throw new ShapeException(operation, $"x {x.Shape}, indices {indices.Shape} along axis {axis}", "equal sizes on all other axes", "Expand the indices, or use Gather to take whole entries.");
            (_size, _inner, _count) = (x.Shape[Axis], Tensors.Axis.Around(x.Shape, Axis).Inner, indices.Shape[Axis]);
            foreach (long index in indices.Indices)
                if (index >= _size || index < -_size)
                    throw new ShapeException(operation, $"index {index} into axis {axis} of {x.Shape}", $"{-_size} to {_size - 1}", "Check the indices.");
        }

        public int Axis { get; }

        public int At(ReadOnlySpan<long> indices, int i) => (((i / (_inner * _count) * _size) + (int)(indices[i] < 0 ? indices[i] + _size : indices[i])) * _inner) + (i % _inner);
    }
}
