using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;

namespace Takt.Data.Pipelines.Steps;

/// <summary>Signed logarithm, y = sign(x)·ln(1 + |x|): pulls in long tails, keeps the sign, and 0 stays 0. <c>{ step: log, columns: [a] }</c>.</summary>
public sealed record Log : StepSpec
{
    /// <inheritdoc/>
    public override string Step => "log";

    internal static Log Read(StepKeys keys) => new() { Columns = keys.Columns() };

    internal override ColumnSuits Suits => ColumnSuits.Numbers;

    internal override void Fit(FittingContext context) => context.Add(new FittedLog([.. context.ColumnsOf(this).Select(c => c.Name)]));
}

sealed record FittedLog(IReadOnlyList<string> Columns) : FittedStep
{
    public override IEnumerable<string> Reads => Columns;

    public override void Apply(Frame frame)
    {
        foreach (string name in Columns)
        {
            double[] values = frame.Writable(name);
            for (int i = 0; i < values.Length; i++) values[i] = SignedLog.Of(values[i]);
            frame.ForgetUnit(name);
        }
    }
}

/// <summary>y = sign(x)·ln(1 + |x|) and back.</summary>
static class SignedLog
{
    /// <summary>ln(1 + |x|) by Kahan's correction: exact to the last bits where |x| is so small that 1 + |x| rounds it away.</summary>
    public static double Of(double x)
    {
        double size = Math.Abs(x), rounded = 1 + size;
        double log = rounded == 1 ? size : double.IsInfinity(rounded) ? rounded : Math.Log(rounded) * (size / (rounded - 1));
        return x < 0 ? -log : log;
    }

    /// <summary>x = sign(y)·(e^|y| − 1).</summary>
    public static double Back(double y)
    {
        double size = Math.Abs(y);
        double x = size < 1e-5 ? size + (size * size / 2) : Math.Exp(size) - 1; // below 1e-5 the third term of the series is under 1e-15
        return y < 0 ? -x : x;
    }
}
