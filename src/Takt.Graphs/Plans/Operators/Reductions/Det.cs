namespace Takt.Graphs.Plans.Operators;

/// <summary>Determinants of square matrices along the last two axes, by elimination with pivots in double precision.</summary>
sealed class Det : Kernel
{
    public override void Run(Call call)
    {
        var x = call.Input();
        if (x.Rank < 2 || x.Sizes[^1] != x.Sizes[^2]) throw call.Wrong($"{x}", "square matrices");
        int n = x.Sizes[^1], size = n * n, count = 1;
        foreach (int lead in x.Sizes[..^2]) count *= lead;
        var room = call.Scratch.Take<double>((2L * x.Count) + count);
        var from = Numbers.Read(x, room[..x.Count], call);
        var work = room.Slice(x.Count, x.Count);
        var to = room[(2 * x.Count)..];
        from.CopyTo(work);
        for (int i = 0; i < count; i++) to[i] = Eliminate(work.Slice(i * size, size), n);
        Numbers.Write<double>(to, call.Output, x.Type, x.Sizes[..^2], call);
    }

    static double Eliminate(Span<double> a, int n)
    {
        double product = 1;
        for (int column = 0; column < n; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < n; row++)
                if (Math.Abs(a[(row * n) + column]) > Math.Abs(a[(pivot * n) + column])) pivot = row;
            if (a[(pivot * n) + column] == 0) return 0;
            if (pivot != column)
            {
                product = -product;
                for (int i = 0; i < n; i++) (a[(pivot * n) + i], a[(column * n) + i]) = (a[(column * n) + i], a[(pivot * n) + i]);
            }

            double head = a[(column * n) + column];
            product *= head;
            for (int row = column + 1; row < n; row++)
            {
                double factor = a[(row * n) + column] / head;
                for (int i = column; i < n; i++) a[(row * n) + i] -= factor * a[(column * n) + i];
            }
        }

        return product;
    }
}
