using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>The same numbers elsewhere.</summary>
public static class Layout
{
    extension(Tensor x)
    {
        /// <summary>The same numbers in the same order in another shape (no copy); dx = dy reshaped back.</summary>
        /// <param name="sizes">New sizes; one may be −1 and is computed from the others.</param>
        /// <exception cref="ShapeException">The sizes multiply to another length.</exception>
        public Tensor Reshape(params ReadOnlySpan<int> sizes)
        {
            var shape = Infer(x.Shape, sizes);
            var y = x.View(shape);
            long[] asked = new long[sizes.Length];
            for (int i = 0; i < sizes.Length; i++) asked[i] = sizes[i];
            return Tape.Record("Reshape", [x], y, _ => Gradients.HandOn(y, x), new OperationAttribute("shape", asked));
        }

        /// <summary>The last step of each sequence: y[b, f] = x[b, t − 1, f]; the gradient of the other steps is 0.</summary>
        /// <returns>Shape [batch, features] for x of shape [batch, steps, features].</returns>
        public Tensor LastStep()
        {
            if (x.Shape.Rank != 3 || x.Shape[1] == 0)
                throw new ShapeException("LastStep", $"x {x.Shape}", "[batch, steps, features] with at least one step", "Call it on the output of a recurrent layer.");
            var (batch, steps, features) = (x.Shape[0], x.Shape[1], x.Shape[2]);
            var y = Tape.Allocate([batch, features]);
            for (int b = 0; b < batch; b++) x.Values.Slice(((b + 1) * steps - 1) * features, features).CopyTo(y.Values[(b * features)..]);
            return Tape.Record("Gather", [x], y, dy =>
            {
                var target = Gradients.Begin(x);
                for (int b = 0; b < batch; b++)
                    Updates.AddScaled(1, dy.Values.Slice(b * features, features), target[(((b + 1) * steps - 1) * features)..]);
            }, s_middleAxis, s_last);
        }

        /// <summary>This tensor and others, side by side along one axis; each gets its part of the gradient.</summary>
        /// <param name="axis">Which axis; −1 is the innermost.</param>
        /// <param name="others">Equal in all other sizes.</param>
        public Tensor Concat(int axis, params ReadOnlySpan<Tensor> others)
        {
            Tensor[] inputs = [x, .. others];
            int rank = inputs[0].Shape.Rank, along = axis < 0 ? axis + rank : axis;
            int[] sizes = inputs[0].Shape.ToArray();
            if (along < 0 || along >= rank) throw new ShapeException("Concat", $"axis {axis} of {inputs[0].Shape}", $"an axis from {-rank} to {rank - 1}", "Give an axis that is there.");
            foreach (var part in inputs.AsSpan(1))
            {
                for (int i = 0; i < Math.Max(rank, part.Shape.Rank); i++)
                    if (part.Shape.Rank != rank || (i != along && part.Shape[i] != sizes[i]))
                        throw new ShapeException("Concat", $"{part.Shape} beside {inputs[0].Shape} along axis {along}", "equal sizes on all other axes", "Reshape, or check the layer that made it.");
                sizes[along] += part.Shape[along];
            }

            var y = Tape.Allocate(sizes);
            int outer = 1;
            foreach (int size in sizes.AsSpan(0, along)) outer *= size;
            int row = outer == 0 ? 0 : y.Length / outer, start = 0;
            foreach (var part in inputs)
            {
                int width = outer == 0 ? 0 : part.Length / outer;
                for (int i = 0; i < outer; i++) part.Values.Slice(i * width, width).CopyTo(y.Values[((i * row) + start)..]);
                start += width;
            }

            return Tape.Record("Concat", inputs, y, dy =>
            {
                int at = 0;
                foreach (var part in inputs)
                {
                    int width = outer == 0 ? 0 : part.Length / outer;
                    if (part.RequiresGradient)
                    {
                        var target = Gradients.Begin(part);
                        for (int i = 0; i < outer; i++)
                            Updates.AddScaled(1, dy.Values.Slice((i * row) + at, width), target[(i * width)..]);
                    }

                    at += width;
                }
            }, new OperationAttribute("axis", (long)along));
        }
    }

    static readonly OperationAttribute s_middleAxis = new("axis", 1L), s_last = new("indices", -1L);

    static Shape Infer(Shape from, ReadOnlySpan<int> sizes)
    {
        int known = 1, open = -1;
        for (int i = 0; i < sizes.Length; i++)
            if (sizes[i] == -1 && open < 0) open = i;
            else known *= sizes[i];
        int[] all = sizes.ToArray();
        if (open >= 0 && known > 0) all[open] = from.Length / known;
        if (known < 0 || (open < 0 ? known != from.Length : known == 0 || known * all[open] != from.Length))
            throw new ShapeException("Reshape", $"{from} to [{string.Join(", ", all)}]", $"sizes that multiply to {from.Length}, one of them may be -1", "Check the sizes.");
        return all;
    }
}
