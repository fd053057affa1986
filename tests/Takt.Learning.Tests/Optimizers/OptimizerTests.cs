using System.Text.Json;
using Takt.Learning.Layers;
using Takt.Learning.Optimizers;
using Takt.Tensors;

namespace Takt.Learning.Tests.Optimizers;

public class OptimizerTests
{
    static readonly Golden Expected = JsonSerializer.Deserialize<Golden>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Optimizers", "optimizers.golden.json")), JsonSerializerOptions.Web)!;

    public static TheoryData<string> Names => [.. Expected.Weights.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Five_steps_on_given_gradients_end_where_PyTorch_ends(string name)
    {
        var parameter = Start();
        var optimizer = Make(name, [parameter]);
        foreach (float[] gradient in Expected.Gradients) Step(optimizer, parameter, gradient);
        Assert.Equal(Expected.Weights[name], parameter.Value.Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6 * (1 + Math.Abs(a)));
    }

    [Theory, MemberData(nameof(Names))]
    public void An_optimizer_that_goes_on_from_a_saved_state_takes_the_same_steps_to_the_bit(string name)
    {
        var (whole, cut) = (Start(), Start());
        var first = Make(name, [whole]);
        var second = Make(name, [cut]);
        for (int step = 0; step < Expected.Gradients.Length; step++)
        {
            Step(first, whole, Expected.Gradients[step]);
            Step(second, cut, Expected.Gradients[step]);
            var restored = Make(name, [cut]);
            restored.Restore(second.Steps, second.Moments);
            second = restored;
        }

        Assert.Equal(whole.Value.Values.ToArray(), cut.Value.Values.ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void What_no_gradient_reached_since_it_was_cleared_stays_where_it_is(string name)
    {
        Parameter[] parameters = [Start(), Start()];
        var optimizer = Make(name, parameters);
        foreach (var parameter in parameters) Give(parameter, Expected.Gradients[0]);
        optimizer.Step((float)Expected.Rate);
        float[] before = parameters[1].Value.Values.ToArray(), remembered = [.. optimizer.Moments.SelectMany(moment => moment[19..])];
        Give(parameters[0], Expected.Gradients[1]);
        parameters[1].Value.ClearGradient();
        _ = GradientNorm.Of(parameters);   // reads the zeros
        optimizer.Step((float)Expected.Rate);
        Assert.Equal(before, parameters[1].Value.Values.ToArray());
        Assert.Equal(remembered, optimizer.Moments.SelectMany(moment => moment[19..]));
        Assert.NotEqual(before, parameters[0].Value.Values.ToArray());
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var parameter = Start();
        var optimizer = Make("adamw", [parameter]);
        Step(optimizer, parameter, Expected.Gradients[0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) optimizer.Step(0.01f);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_gradient_longer_than_the_limit_is_shortened_to_it_and_a_shorter_one_is_left()
    {
        var parameter = Start();
        Give(parameter, [.. Enumerable.Repeat(2f, 19)]);
        double norm = GradientNorm.Of([parameter]);
        Assert.Equal(2 * Math.Sqrt(19), norm, 1e-9);
        Assert.Equal(1 / norm, GradientNorm.ClipFactor(norm, 1), 1e-7);
        Assert.Equal(1, GradientNorm.ClipFactor(norm, 100));
        Assert.Equal(1, GradientNorm.ClipFactor(norm, 0));
    }

    [Fact]
    public void Gradients_are_clipped_as_PyTorch_clips_them()
    {
        var parameter = Start();
        Give(parameter, Expected.Gradients[1]);
        GradientClipping.ByValue([parameter], 0.7);
        Assert.Equal(Expected.Clipped.Value, parameter.Value.Gradient!.Values.ToArray());
        float factor = GradientNorm.ClipFactor(GradientNorm.Of([Gave(Expected.Gradients[1])]), 2);
        Assert.Equal(Expected.Clipped.Norm, Expected.Gradients[1].Select(g => g * factor), (a, b) => Math.Abs(a - b) < 1e-6);

        static Parameter Gave(float[] gradient)
        {
            var other = Start();
            Give(other, gradient);
            return other;
        }
    }

    [Fact]
    public void Biases_can_be_left_out_of_the_decay_as_a_group_of_their_own_in_PyTorch()
    {
        var matrix = Tensor.Of([.. Enumerable.Range(0, 12).Select(i => (float)((i / 10.0) - 0.5))], 3, 4);
        var bias = Tensor.Of([.. Enumerable.Range(0, 7).Select(i => (float)(i / 5.0))], 7);
        matrix.RequiresGradient = bias.RequiresGradient = true;
        var optimizer = new Adam([new("matrix", matrix), new("bias", bias)], new WeightDecay(0.1f, MatricesOnly: true), decoupled: true);
        foreach (float[] gradient in Expected.Gradients)
        {
            matrix.ClearGradient();
            bias.ClearGradient();
            using (var tape = Tape.Start())
                tape.Backward((matrix * Tensor.Of(gradient.AsSpan(0, 12), 3, 4)).Sum() + (bias * Tensor.Of(gradient.AsSpan(12), 7)).Sum());
            optimizer.Step((float)Expected.Rate);
        }

        Assert.Equal(Expected.Groups, [.. matrix.Values, .. bias.Values], (a, b) => Math.Abs(a - b) < 2e-7 * (1 + Math.Abs(a)));
    }

    [Fact]
    public void The_average_of_weights_follows_them_and_can_be_swapped_in_and_out()
    {
        var parameter = new Parameter("w", Tensor.Zeros(3));
        var average = new WeightAverage([parameter], decay: 0.5);
        parameter.Value.Values.Fill(8);
        average.Add(step: 1_000_000);   // long past the start: half of the old, half of the new
        average.Swap();
        Assert.Equal([4f, 4f, 4f], parameter.Value.Values.ToArray());
        average.Swap();
        Assert.Equal([8f, 8f, 8f], parameter.Value.Values.ToArray());
    }

    static Parameter Start()
    {
        var value = Tensor.Of([.. Enumerable.Range(0, 19).Select(i => (float)((i / 10.0) - 0.7))], 19);
        value.RequiresGradient = true;
        return new("w", value);
    }

    static void Step(Optimizer optimizer, Parameter parameter, float[] gradient)
    {
        Give(parameter, gradient);
        optimizer.Step((float)Expected.Rate);
    }

    /// <summary>A loss of Σ w·g has the gradient g.</summary>
    static void Give(Parameter parameter, float[] gradient)
    {
        parameter.Value.ClearGradient();
        using var tape = Tape.Start();
        tape.Backward((parameter.Value * Tensor.Of(gradient, gradient.Length)).Sum());
    }

    static Optimizer Make(string name, IReadOnlyList<Parameter> parameters) => name switch
    {
        "sgd" => new Sgd(parameters),
        "sgd, nesterov, decay" => new Sgd(parameters, nesterov: true, decay: 0.1f),
        "adam" => new Adam(parameters),
        "adam, decay" => new Adam(parameters, decay: 0.1f),
        "rmsprop" => new RmsProp(parameters),
        "rmsprop, momentum, decay" => new RmsProp(parameters, momentum: 0.9f, decay: 0.1f),
        _ => new Adam(parameters, decay: 0.1f, decoupled: true),
    };

    sealed record Golden(float[][] Gradients, double Rate, Dictionary<string, float[]> Weights, float[] Groups, Clipped Clipped);

    sealed record Clipped(float[] Value, float[] Norm);
}
