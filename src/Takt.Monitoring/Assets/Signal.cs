namespace Takt.Monitoring.Assets;

/// <summary>One measured value of an asset.</summary>
/// <param name="Id">Stable identifier within the line, for example <c>press-pressure</c>: a–z, 0–9, '-' and '_'.</param>
/// <param name="Name">Display name; also the column a model knows it by, for example <c>Press pressure</c>.</param>
/// <param name="Quantity">What is measured, for example <c>pressure</c>: signals of one quantity are drawn alike.</param>
/// <param name="Unit">Unit, for example <c>bar</c>.</param>
/// <param name="Low">Lower end of the measuring range, in the unit; the sensor reports nothing below.</param>
/// <param name="High">Upper end of the measuring range.</param>
/// <param name="Decimals">Decimals the sensor resolves; values are rounded to them.</param>
public sealed record Signal(string Id, string Name, string Quantity, string Unit, double Low, double High, int Decimals)
{
    /// <summary>Name and unit as a table header writes them: <c>Press pressure [bar]</c>.</summary>
    public string Header => $"{Name} [{Unit}]";

    /// <summary>What the sensor reports for a true value: held in the measuring range and rounded to its resolution.</summary>
    public double Read(double value) => Math.Round(Math.Clamp(value, Low, High), Decimals);
}
