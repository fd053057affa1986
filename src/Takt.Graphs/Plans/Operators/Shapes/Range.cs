namespace Takt.Graphs.Plans.Operators;

/// <summary>The numbers from start on in steps of delta, up to before the limit.</summary>
sealed class Range : NumberKernel
{
    protected override void Run<T>(Call call)
    {
        T start = Single<T>(call, 0), limit = Single<T>(call, 1), delta = Single<T>(call, 2);
        if (delta == T.Zero) throw call.Wrong("a delta of 0", "any other");
        double count = default(T) is long or int or short
            ? Math.Ceiling((double)((decimal)long.CreateChecked(limit) - (decimal)long.CreateChecked(start)) / double.CreateChecked(delta))
            : Math.Ceiling(double.CreateChecked(limit - start) / double.CreateChecked(delta));
        if (!(count <= Array.MaxLength)) throw call.Wrong($"{count:N0} numbers", $"at most {Array.MaxLength:N0}");
        var y = call.Output.Write<T>([Math.Max(0, (int)count)]);
        for (int i = 0; i < y.Length; i++) y[i] = start + (T.CreateTruncating(i) * delta);
    }

    static T Single<T>(Call call, int input) where T : unmanaged => call.Input(input).Count == 1 ? call.Input(input).Read<T>()[0] : throw call.Wrong($"{call.Input(input)}", "a single number");
}
