namespace Takt.Tensors;

/// <summary>The largest and the smallest.</summary>
public static class Extremes
{
    extension(Tensor x)
    {
        /// <summary>Largest over one axis; the gradient goes to the first place that is so large. Not a number is larger than all.</summary>
        /// <param name="axis">Which; −1 is the innermost.</param>
        /// <param name="keep">Keep it with size 1.</param>
        /// <exception cref="ShapeException">The axis is not there, or empty.</exception>
        public Tensor Max(int axis, bool keep = false) => Tape.Run<Extreme, Search>(new("ReduceMax", axis, keep, 1), x);

        /// <summary>Smallest over one axis; the gradient goes to the first place that is so small. Not a number is smaller than all.</summary>
        /// <inheritdoc cref="Max(Tensor, int, bool)"/>
        public Tensor Min(int axis, bool keep = false) => Tape.Run<Extreme, Search>(new("ReduceMin", axis, keep, -1), x);

        /// <summary>Where the largest stands along an axis, the first of equals: Int64.</summary>
        /// <inheritdoc cref="Max(Tensor, int, bool)"/>
        public Tensor ArgMax(int axis, bool keep = false) => Tape.Run<ExtremePlace, Search>(new("ArgMax", axis, keep, 1), x);
    }

    /// <summary>What is sought: the largest (sign 1) or the smallest (−1) along an axis.</summary>
    readonly record struct Search(string Name, int Axis, bool Keep, int Sign)
    {
        public int Along(Tensor x) => Tensors.Axis.Of(Name, x.Shape, Axis);

        /// <summary>The shape of the result.</summary>
        public Shape Result(Tensor x)
        {
            int along = Along(x);
            if (x.Shape[along] == 0) throw new ShapeException(Name, $"{x.Shape} along axis {along}", "at least one element", "There is no largest of nothing.");
            return Keep ? Tensors.Axis.Resize(x.Shape, along, 1) : [.. x.Shape.Sizes[..along], .. x.Shape.Sizes[(along + 1)..]];
        }

        /// <summary>Finds the place for every row along the axis.</summary>
        public void Find(Tensor x, Span<long> places)
        {
            int axis = Along(x), size = x.Shape[axis];
            var (outer, inner) = Tensors.Axis.Around(x.Shape, axis);
            var values = x.Values;
            for (int i = 0; i < outer; i++)
                for (int j = 0; j < inner; j++)
                {
                    int first = (i * size * inner) + j, best = 0;
                    float found = values[first];
                    for (int k = 1; k < size && !float.IsNaN(found); k++)
                    {
                        float candidate = values[first + (k * inner)];
                        if (Sign * candidate > Sign * found || float.IsNaN(candidate)) (best, found) = (k, candidate);
                    }

                    places[(i * inner) + j] = best;
                }
        }
    }

    sealed class ExtremePlace : Record<Search>
    {
        public override string Name => Settings.Name;

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axis", (long)Settings.Along(this[0])), new("keepdims", Settings.Keep ? 1L : 0L)];

        internal override Tensor Prepare() => Room(Settings.Result(this[0]), ElementType.Int64);

        internal override void Forward() => Settings.Find(this[0], Output.Indices);
    }

    sealed class Extreme : Record<Search>
    {
        Tensor _places = null!;   // made by Prepare
        int _size, _inner;

        public override string Name => Settings.Name;

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axes", new long[] { Settings.Along(this[0]) }), new("keepdims", Settings.Keep ? 1L : 0L)];

        internal override Tensor Prepare()
        {
            int along = Settings.Along(this[0]);
            (_size, _inner) = (this[0].Shape[along], Axis.Around(this[0].Shape, along).Inner);
            var y = Room(Settings.Result(this[0]));
            _places = Room(y.Shape, ElementType.Int64);
            return y;
        }

        internal override void Forward()
        {
            Settings.Find(this[0], _places.Indices);
            Span<float> x = this[0].Values, y = Output.Values;
            for (int i = 0; i < y.Length; i++) y[i] = x[At(i)];
        }

        internal override void Backward(Tensor dy)
        {
            Span<float> dx = Gradients.Begin(this[0]), gradient = dy.Values;
            for (int i = 0; i < gradient.Length; i++) dx[At(i)] += gradient[i];
        }

        int At(int i) => (((i / _inner * _size) + (int)_places.Indices[i]) * _inner) + (i % _inner);
    }
}
