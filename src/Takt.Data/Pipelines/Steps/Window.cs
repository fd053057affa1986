using System.Text.Json.Serialization;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Specs;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines.Steps;

/// <summary>Which rows of a group a window ends at.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WindowAt>))]
public enum WindowAt
{
    /// <summary>Every row that has enough history, one in each stride.</summary>
    Every,

    /// <summary>The last row of each group.</summary>
    Last,
}

/// <summary>What happens where a group's history is shorter than the window.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WindowPadding>))]
public enum WindowPadding
{
    /// <summary>The group's first row is repeated before it, so that every row has a window (the default).</summary>
    First,

    /// <summary>As <see cref="First"/>, but only for the last row of a group that is shorter than the window as a whole.</summary>
    Short,

    /// <summary>As <see cref="First"/>, but with zeros, the mean of standardised features, instead of the first row.</summary>
    Zero,

    /// <summary>There is no window.</summary>
    None,
}

/// <summary>The last rows of a group as one sample: <c>{ step: window, length: 30, stride: 1, at: every, padding: first }</c>. The last step.</summary>
/// <remarks>Rows are sorted by time within their group, and a window never crosses a group. All features are windowed.</remarks>
public sealed record Window : StepSpec
{
    /// <inheritdoc/>
    public override string Step => "window";

    /// <summary>Rows in a window.</summary>
    public required int Length { get; init; }

    /// <summary>Rows from one window's end to the next, counted from the first window of the group; default 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Which rows a window ends at; default every row.</summary>
    public WindowAt At { get; init; }

    /// <summary>What happens where history is short; default the first row is repeated.</summary>
    public WindowPadding Padding { get; init; }

    internal static Window Read(StepKeys keys) => new()
    {
        Length = keys.RequiredWhole("length", least: 1, most: 100_000),
        Stride = keys.Whole("stride", least: 1, most: 100_000) ?? 1,
        At = keys.Choice("at", new OrderedDictionary<string, WindowAt> { ["every"] = WindowAt.Every, ["last"] = WindowAt.Last }, WindowAt.Every),
        Padding = keys.Choice("padding",
            new OrderedDictionary<string, WindowPadding> { ["first"] = WindowPadding.First, ["short"] = WindowPadding.Short, ["zero"] = WindowPadding.Zero, ["none"] = WindowPadding.None }, WindowPadding.First),
    };

    internal override bool LooksBack => true;

    internal override void Fit(FittingContext context)
    {
        if (context.Window is not null) throw new InputException("two window steps", "one window as the last step");
        context.Window = new(Length, Stride, At, Padding);
    }
}

/// <inheritdoc cref="Window"/>
sealed record FittedWindow(int Length, int Stride, WindowAt At, WindowPadding Padding)
{
    /// <summary>Positions, within a group of this many rows in time order, that a window ends at.</summary>
    public IEnumerable<int> Ends(int rows, WindowRows which)
    {
        int last = rows - 1;
        bool isShort = rows < Length;
        if (rows == 0 || (isShort && Padding == WindowPadding.None)) yield break;
        if (which == WindowRows.Last || (which == WindowRows.AsFitted && At == WindowAt.Last) || (isShort && Padding == WindowPadding.Short))
        {
            yield return last;
            yield break;
        }

        int stride = which == WindowRows.AsFitted ? Stride : 1;
        for (int end = Padding is WindowPadding.First or WindowPadding.Zero ? 0 : Length - 1; end <= last; end += stride) yield return end;
    }
}
