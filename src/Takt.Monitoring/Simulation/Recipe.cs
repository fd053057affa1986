namespace Takt.Monitoring.Simulation;

/// <summary>The set-points with which one product is made.</summary>
/// <param name="Product">Product name.</param>
/// <param name="Pressure">Forming pressure [bar].</param>
/// <param name="SpindleSpeed">Spindle speed [rpm].</param>
/// <param name="CuttingTorque">Torque of a sharp tool in material of nominal hardness [Nm].</param>
/// <param name="OvenTemperature">Drying temperature [°C].</param>
/// <param name="ScrewTorque">Tightening torque [Nm].</param>
sealed record Recipe(string Product, double Pressure, double SpindleSpeed, double CuttingTorque, double OvenTemperature, double ScrewTorque)
{
    /// <summary>The three housings of the line: the larger the part, the slower and harder the cut.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        new("H40", Pressure: 165, SpindleSpeed: 2900, CuttingTorque: 31, OvenTemperature: 140, ScrewTorque: 12),
        new("H55", Pressure: 200, SpindleSpeed: 2450, CuttingTorque: 38, OvenTemperature: 155, ScrewTorque: 18),
        new("H70", Pressure: 235, SpindleSpeed: 2050, CuttingTorque: 46, OvenTemperature: 170, ScrewTorque: 25),
    ];
}
