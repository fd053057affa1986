namespace Takt.Tensors;

/// <summary>Two shapes stretched to one (NumPy's rule), and gradients gathered back over the stretched sizes.</summary>
static class Broadcasting
{
    /// <summary>The common shape.</summary>
    public static Shape Join(string operation, Shape a, Shape b)
    {
        if (a == b) return a;
        int rank = Math.Max(a.Rank, b.Rank);
        int[] sizes = new int[rank];
        for (int back = 1; back <= rank; back++)
        {
            int u = back <= a.Rank ? a[^back] : 1, v = back <= b.Rank ? b[^back] : 1;
            if (u != v && u != 1 && v != 1)
                throw new ShapeException(operation, $"left {a} and right {b} differ at the size {back} from the end: {u} and {v}", "equal sizes, or 1 on one side", "Reshape one side, or check the layer that made it.");
            sizes[^back] = u == 1 ? v : u;
        }

        return sizes;
    }

    public static Tensor Map(string operation, Tensor a, Tensor b, Func<float, float, float> f)
    {
        var y = Tape.Allocate(Join(operation, a.Shape, b.Shape));
        Span<float> u = a.Values, v = b.Values, target = y.Values;
        int[] ofA = Positions(a.Shape, y.Shape), ofB = Positions(b.Shape, y.Shape);
        for (int i = 0; i < target.Length; i++) target[i] = f(u[ofA[i]], v[ofB[i]]);
        return y;
    }

    public static void AddGradient(Tensor x, Tensor dy, Func<float, float, float, float> f, Tensor a, Tensor b)
    {
        if (!x.RequiresGradient) return;
        var gradient = Tape.GradientOf(x, out bool accumulate).Values;
        if (!accumulate) gradient.Clear();
        Span<float> u = a.Values, v = b.Values, g = dy.Values;
        int[] ofA = Positions(a.Shape, dy.Shape), ofB = Positions(b.Shape, dy.Shape), ofX = Positions(x.Shape, dy.Shape);
        for (int i = 0; i < g.Length; i++) gradient[ofX[i]] += f(g[i], u[ofA[i]], v[ofB[i]]);
    }

    /// <summary>For each element of the common shape, the position in the shape that is stretched to it.</summary>
    static int[] Positions(Shape from, Shape to)
    {
        int[] positions = new int[to.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            int rest = i, stride = 1;
            for (int back = 1; back <= from.Rank; back++)
            {
                int at = rest % to[^back];
                rest /= to[^back];
                if (from[^back] != 1) positions[i] += at * stride;
                stride *= from[^back];
            }
        }

        return positions;
    }
}
