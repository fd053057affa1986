using System.Text.Json;

namespace Takt.Tensors.Tests;

/// <summary>The one helper that every operation is tested by: value and gradients against those of PyTorch in float64 (which its script compares with finite differences in double precision).</summary>
static class Golden
{
    /// <summary>All stored values.</summary>
    public static JsonElement All { get; } = Read();

    /// <summary>Compares one operation.</summary>
    /// <param name="name">Under which its values are stored.</param>
    /// <param name="f">The operation.</param>
    /// <param name="tolerance">Allowed difference, relative to the value or 1.</param>
    public static void Check(string name, Func<Tensor[], Tensor> f, double tolerance = 2e-6)
    {
        var golden = All.GetProperty(name);
        Tensor[] inputs = [.. golden.GetProperty("inputs").EnumerateArray().Select(Of)];
        foreach (var input in inputs) input.RequiresGradient = true;
        using var tape = Tape.Start();
        var y = f(inputs);
        AssertClose(golden.GetProperty("output"), y.Contiguous(), tolerance);
        tape.Backward((y * Of(golden.GetProperty("mix"))).Sum());
        foreach (var (input, gradient) in inputs.Zip(golden.GetProperty("gradients").EnumerateArray())) AssertClose(gradient, input.Gradient ?? Tensor.Zeros(input.Shape), tolerance);
    }

    public static void AssertClose(JsonElement expected, Tensor found, double tolerance = 2e-6)
    {
        var values = Of(expected);
        Assert.Equal(values.Shape, found.Shape);
        for (int i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(values.Values[i] - found.Values[i]) <= tolerance * Math.Max(1, Math.Abs(values.Values[i])), $"element {i}: expected {values.Values[i]}, found {found.Values[i]}");
    }

    public static Tensor Of(string name) => Of(All.GetProperty(name));

    public static Tensor Of(JsonElement golden) =>
        Tensor.Of(golden.GetProperty("values").EnumerateArray().Select(v => v.GetSingle()).ToArray(), [.. golden.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32())]);

    static JsonElement Read()
    {
        using var stream = typeof(Golden).Assembly.GetManifestResourceStream("tensors.json")!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
