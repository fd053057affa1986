using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A function of a recurrent cell, by its ONNX name, with its two parameters.</summary>
readonly record struct CellFunction(string Name, float Alpha, float Beta)
{
    /// <summary>Every function there is, with the defaults of α and β; NaN where it has none.</summary>
    static readonly (string Name, float Alpha, float Beta)[] s_known =
    [
        ("Relu", float.NaN, float.NaN), ("Tanh", float.NaN, float.NaN), ("Sigmoid", float.NaN, float.NaN), ("Softsign", float.NaN, float.NaN), ("Softplus", float.NaN, float.NaN),
        ("Affine", 1, 0), ("LeakyRelu", 0.01f, float.NaN), ("ThresholdedRelu", 1, float.NaN), ("ScaledTanh", 1, 1), ("HardSigmoid", 0.2f, 0.5f), ("Elu", 1, float.NaN),
    ];

    /// <summary>The functions of all directions. Parameters are handed out in order to the functions that have one.</summary>
    public static CellFunction[] Read(Node node, string[] defaults, int directions)
    {
        string[] names = node.Attribute("activations") is { Strings.Count: > 0 } given ? [.. given.Strings.Select(s => s.ToStringUtf8())] : [.. Enumerable.Repeat(defaults, directions).SelectMany(d => d)];
        if (names.Length != defaults.Length * directions) throw node.Wrong($"{names.Length} activations", $"{defaults.Length * directions}");
        var alphas = new Queue<float>(node.Attribute("activation_alpha")?.Floats ?? []);
        var betas = new Queue<float>(node.Attribute("activation_beta")?.Floats ?? []);
        return Array.ConvertAll(names, name =>
        {
            int at = Array.FindIndex(s_known, k => string.Equals(k.Name, name, StringComparison.OrdinalIgnoreCase));
            if (at < 0) throw node.Wrong($"activation {name}", string.Join(", ", s_known.Select(k => k.Name)));
            var (known, alpha, beta) = s_known[at];
            if (!float.IsNaN(alpha) && alphas.TryDequeue(out float a)) alpha = a;
            if (!float.IsNaN(beta) && betas.TryDequeue(out float b)) beta = b;
            return new CellFunction(known, alpha, beta);
        });
    }

    /// <summary>Whether this is that function without parameters.</summary>
    public bool IsPlainly(string name) => Name == name && float.IsNaN(Alpha) && float.IsNaN(Beta);

    /// <summary>The function of one number.</summary>
    public T Of<T>(T x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T alpha = T.CreateTruncating(Alpha), beta = T.CreateTruncating(Beta);
        return Name switch
        {
            "Relu" => T.Max(x, T.Zero),
            "Tanh" => T.Tanh(x),
            "Sigmoid" => T.One / (T.One + T.Exp(-x)),
            "Softsign" => x / (T.One + T.Abs(x)),
            "Softplus" => T.Max(x, T.Zero) + T.LogP1(T.Exp(-T.Abs(x))),
            "Affine" => (alpha * x) + beta,
            "LeakyRelu" => x >= T.Zero ? x : alpha * x,
            "ThresholdedRelu" => x > alpha ? x : T.Zero,
            "ScaledTanh" => alpha * T.Tanh(beta * x),
            "HardSigmoid" => T.Max(T.Zero, T.Min(T.One, (alpha * x) + beta)),
            _ => x >= T.Zero ? x : alpha * (T.Exp(x) - T.One),   // Elu
        };
    }
}
