using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Tests.Plans;

/// <summary>Files from outside may hold anything: the answer is an input error or a result, never a crash.</summary>
public class DamageTests
{
    public static TheoryData<string> Networks => Network.Names;

    [Theory, MemberData(nameof(Networks))]
    public void A_model_cut_short_is_an_input_error(string name)
    {
        byte[] bytes = ModelFile.ToBytes(Network.Of(name).Trace());
        for (int length = 0; length < bytes.Length; length += 1 + (length / 40)) CompileAndRun(bytes[..length], 7);
    }

    [Theory, MemberData(nameof(Networks))]
    public void A_model_with_changed_bytes_is_an_input_error_or_another_model(string name)
    {
        var network = Network.Of(name);
        byte[] bytes = ModelFile.ToBytes(network.Trace());
        var random = new Generator(19);
        for (int i = 0; i < 1500; i++)
        {
            byte[] damaged = [.. bytes];
            for (int k = 0; k <= random.NextInt(3); k++)
            {
                int at = random.NextInt(2) == 0 ? random.NextInt(damaged.Length) : damaged.Length - 1 - random.NextInt(Math.Min(600, damaged.Length));   // structure and weights
                damaged[at] = random.NextInt(3) == 0 ? (byte)random.NextInt(256) : (byte)(damaged[at] ^ (1 << random.NextInt(8)));
            }

            CompileAndRun(damaged, [3, .. network.RowSizes]);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a model")]
    [InlineData("{\"json\": true}")]
    public void Other_files_are_named_as_such(string text) =>
        Assert.Throws<InputException>(() => ModelFile.Parse(System.Text.Encoding.UTF8.GetBytes(text), "x.onnx"));

    [Fact]
    public void A_million_axes_do_not_reach_the_stack()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        builder.Output(builder.Node("Transpose", [builder.Weights("w", [1], new int[1_000_000].Select(_ => 1).ToArray())], "y"), null, 3);
        Assert.Contains("1000000 axes", Assert.Throws<InputException>(() => Plan.Compile(builder.Build())).Message);
    }

    [Fact]
    public void A_missing_file_is_an_input_error() => Assert.Throws<InputException>(() => ModelFile.Read("/nowhere/x.onnx"));

    static void CompileAndRun(byte[] bytes, params int[] sizes)
    {
        try
        {
            var plan = Plan.Compile(ModelFile.Parse(bytes, "damaged.onnx"));
            if (plan.Inputs.Count == 1 && plan.Outputs.Count == 1) plan.Run(new float[sizes.Aggregate(1, (n, s) => n * s)], sizes);
        }
        catch (InputException)
        {
        }
    }
}
