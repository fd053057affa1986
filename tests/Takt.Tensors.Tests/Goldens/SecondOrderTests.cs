namespace Takt.Tensors.Tests;

/// <summary>Gradients of gradients: the squared length of an operation's gradient is differentiated once more. Values from PyTorch, and finite differences.</summary>
/// <remarks>Not beside other tests: what a step allocates can be told only while nobody else draws from the shared pool.</remarks>
[Collection(nameof(KernelSettings))]
public sealed class SecondOrderTests
{
    public static TheoryData<string, Func<Tensor[], Tensor>> Operations => new()
    {
        { "Second Linear", Length(v => v[0].Linear(v[1], v[2])) },
        { "Second MatMul", Length(v => v[0].MatMul(v[1])) },
        { "Second MatMul of batches", Length(v => v[0].MatMul(v[1])) },
        { "Second Add", Length(v => v[0] + v[1]) },
        { "Second Sub", Length(v => v[0] - v[1]) },
        { "Second Mul", Length(v => v[0] * v[1]) },
        { "Second Div", Length(v => v[0] / ((v[1] * v[1]) + 1)) },
        { "Second Relu", Length(v => v[0].Relu()) },
        { "Second LeakyRelu", Length(v => v[0].LeakyRelu(0.2f)) },
        { "Second Tanh", Length(v => v[0].Tanh()) },
        { "Second Sigmoid", Length(v => v[0].Sigmoid()) },
        { "Second Gelu", Length(v => v[0].Gelu()) },
        { "Second GeluTanh", Length(v => v[0].GeluTanh()) },
        { "Second Silu", Length(v => v[0].Silu()) },
        { "Second Exp", Length(v => v[0].Exp()) },
        { "Second Log", Length(v => ((v[0] * v[0]) + 0.5f).Log()) },
        { "Second Sqrt", Length(v => ((v[0] * v[0]) + 0.5f).Sqrt()) },
        { "Second Abs", Length(v => v[0].Abs() * v[0]) },
        { "Second Erf", Length(v => v[0].Erf()) },
        { "Second Softmax", Length(v => v[0].Softmax()) },
        { "Second LogSoftmax", Length(v => v[0].LogSoftmax()) },
        { "Second Sum", Length(v => (v[0] * v[0]).Sum()) },
        { "Second Mean", Length(v => (v[0] * v[0]).Mean()) },
        { "Second Sum over axes", Length(v => (v[0] * v[0]).Sum([0, 2])) },
        { "Second Mean over an axis", Length(v => (v[0] * v[0]).Mean([1], keep: true)) },
        { "Second Norm", Length(v => v[0].Norm([1])) },
        { "Second Reshape", Length(v => (v[0] * v[0]).Reshape(5, -1)) },
        { "Second Concat", Length(v => v[0].Concat(1, v[1]) is var y ? y * y : v[0]) },
        { "Second Slice", Length(v => v[0].Slice(1, 1..6, 2) is var y ? y * y : v[0]) },
        { "Second Permute", Length(v => v[0].Permute(2, 0, 1) is var y ? y * y : v[0]) },
        { "Second Expand", Length(v => v[0].Expand(2, 3, 4) is var y ? y * y : v[0]) },
        { "Second Where", Length(v => Tensor.OfMask([true, false, true], 3).Where(v[0] * v[0], v[1] * v[1])) },
        { "Gradient penalty", Penalty },
    };

    [Theory, MemberData(nameof(Operations))]
    public void Gradients_of_gradients_agree_with_PyTorch(string name, Func<Tensor[], Tensor> f) => Golden.Check(name, f, tolerance: 1e-5);

    [Fact]
    public void A_gradient_penalty_agrees_with_finite_differences() =>
        GradientCheck.Run(Penalty, [GradientCheck.Draw([6, 5], 1), GradientCheck.Draw([8, 5], 2), GradientCheck.Draw([8], 3), GradientCheck.Draw([1, 8], 4), GradientCheck.Draw([1], 5)]);

    [Fact]
    public void A_critic_under_a_gradient_penalty_learns_to_have_slope_1_and_allocates_nothing_once_steady()
    {
        var random = new Generator(1);
        Tensor[] v = [Tensor.Normal([32, 5], 1, random), Tensor.Uniform([16, 5], 0.2f, random), Tensor.Zeros(16), Tensor.Uniform([1, 16], 0.2f, random), Tensor.Zeros(1)];
        foreach (var tensor in v) tensor.RequiresGradient = true;
        var tape = new Tape();
        float first = Step(), last = 0;
        for (int i = 0; i < 300; i++) last = Step();
        Assert.True(last < 0.02f * first, $"{first} fell to {last} only");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        float Step()
        {
            foreach (var tensor in v) tensor.ClearGradient();
            using var running = tape.Restart();
            var slope = running.Differentiate(Critic(v).Sum(), v[0]);
            var over = slope.Norm([1], epsilon: 1e-12f) - 1;
            var loss = (over * over).Mean();
            running.Backward(loss);
            foreach (var weight in v.AsSpan(1))
                for (int i = 0; i < weight.Length; i++) weight.Values[i] -= 0.1f * (weight.Gradient?.Values[i] ?? 0);
            return loss.Item;
        }
    }

    [Fact]
    public void What_cannot_be_differentiated_twice_says_so_and_what_does_not_depend_too()
    {
        Tensor x = GradientCheck.Draw([1, 3, 2], 1), other = Tensor.Ones(1);
        x.RequiresGradient = other.RequiresGradient = true;
        using var tape = Tape.Start();
        var loss = x.LastStep().Sum();
        Assert.Contains("Gather has a gradient, but none that can be differentiated again", Assert.Throws<NotSupportedException>(() => tape.Differentiate(loss, x)).Message);
        Assert.Contains("does not depend", Assert.Throws<InvalidOperationException>(() => tape.Differentiate(loss, other)).Message);
    }

    /// <summary>The squared length of the gradient of Σ f·mix by all inputs; mix is the last of them.</summary>
    static Func<Tensor[], Tensor> Length(Func<Tensor[], Tensor> f) => v =>
    {
        var y = (f(v[..^1]) * v[^1]).Sum();
        return v[..^1].Select(x => Tape.Current!.Differentiate(y, x)).Select(slope => (slope * slope).Sum()).Aggregate((a, b) => a + b);
    };

    static Tensor Critic(Tensor[] v) => v[0].Linear(v[1], v[2]).LeakyRelu(0.2f).Linear(v[3], v[4]);

    static Tensor Penalty(Tensor[] v)
    {
        var score = Critic(v);
        var over = Tape.Current!.Differentiate(score.Sum(), v[0]).Norm([1], epsilon: 1e-12f) - 1;
        return ((over * over).Mean() * 10) + score.Mean();
    }
}
