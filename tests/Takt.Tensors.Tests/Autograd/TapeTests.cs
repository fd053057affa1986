namespace Takt.Tensors.Tests;

/// <summary>Not beside other tests: what a step allocates can be told only while nobody else draws from the shared pool.</summary>
[Collection(nameof(KernelSettings))]
public sealed class TapeTests
{
    [Fact]
    public void A_tape_knows_each_operation_as_ONNX_does()
    {
        Tensor x = Tensor.Zeros(2, 3), weight = Tensor.Zeros(4, 3), bias = Tensor.Zeros(4);
        using var tape = Tape.Start();
        var y = x.Linear(weight, bias).LeakyRelu(0.1f);
        Assert.Equal(["Gemm", "LeakyRelu"], tape.Records.Select(r => r.Name));
        Assert.Equal([x, weight, bias], tape.Records[0].Inputs);
        Assert.Equal(new OperationAttribute("transB", 1L), Assert.Single(tape.Records[0].Attributes));
        Assert.Equal(new OperationAttribute("alpha", 0.1f), Assert.Single(tape.Records[1].Attributes));
        Assert.Same(tape.Records[0].Output, tape.Records[1].Inputs[0]);
        Assert.Same(y, tape.Records[1].Output);
    }

    [Fact]
    public void Without_a_tape_nothing_is_recorded_and_results_stay()
    {
        var x = Tensor.Ones(3);
        x.RequiresGradient = true;
        var y = x + x;
        Assert.False(y.RequiresGradient);
        Assert.Equal([2, 2, 2], y.Values.ToArray());
    }

    [Fact]
    public void Results_end_with_their_tape_and_say_so()
    {
        Tensor y, kept;
        using (Tape.Start())
        {
            y = Tensor.Ones(3) + Tensor.Ones(3);
            kept = y.Copy();
        }

        Assert.Contains("tape ended", Assert.Throws<ObjectDisposedException>(() => _ = y.Values).Message);
        Assert.Equal([2, 2, 2], kept.Values.ToArray());
    }

    [Fact]
    public void Gradients_of_passes_add_up_until_cleared()
    {
        var x = Tensor.Ones(2);
        x.RequiresGradient = true;
        for (int pass = 1; pass <= 2; pass++)
        {
            using var tape = Tape.Start();
            tape.Backward((x * 3).Sum());
            Assert.Equal([3f * pass, 3f * pass], x.Gradient!.Values.ToArray());
        }

        x.ClearGradient();
        Assert.Equal([0, 0], x.Gradient!.Values.ToArray());
    }

    [Fact]
    public void A_scratch_tape_frees_its_results_and_records_nothing()
    {
        var x = Tensor.Ones(2);
        x.RequiresGradient = true;
        using var tape = Tape.Scratch();
        var y = x * 2;
        Assert.Empty(tape.Records);
        Assert.False(y.RequiresGradient);
    }

    [Fact]
    public void A_loss_that_depends_on_nothing_is_refused()
    {
        using var tape = Tape.Start();
        var loss = Tensor.Ones(2).Sum();
        Assert.Contains("RequiresGradient", Assert.Throws<InvalidOperationException>(() => tape.Backward(loss)).Message);
        Assert.Throws<ShapeException>(() => tape.Backward(Tensor.Ones(2)));
    }

    [Fact]
    public void A_loss_of_another_tape_or_of_a_run_that_ended_is_refused()
    {
        var x = Tensor.Ones(2);
        x.RequiresGradient = true;
        Tensor ended;
        using (Tape.Start()) ended = x.Sum();
        using var tape = Tape.Start();
        var loss = x.Sum();
        using (var inner = Tape.Start()) Assert.Contains("This tape did not make that loss", Assert.Throws<InvalidOperationException>(() => inner.Backward(loss)).Message);
        Assert.Throws<InvalidOperationException>(() => tape.Backward(ended));
        var again = new Tape();
        using (again.Restart()) ended = x.Sum();
        Assert.Throws<InvalidOperationException>(() => again.Backward(ended));
        Assert.Null(x.Gradient);
        tape.Backward(loss);
        Assert.Equal([1, 1], x.Gradient!.Values.ToArray());
    }

    [Fact]
    public void Tapes_nest_and_end_in_order()
    {
        var outer = Tape.Start();
        var inner = Tape.Start();
        Assert.Throws<InvalidOperationException>(outer.Dispose);
        inner.Dispose();
        Assert.Same(outer, Tape.Current);
        outer.Dispose();
        Assert.Null(Tape.Current);
    }

    [Fact]
    public void A_tape_that_runs_again_computes_into_the_tensors_of_the_run_before_and_allocates_nothing()
    {
        Tensor x = GradientCheck.Draw([64, 30], 1), y = Tensor.Zeros(64, 1), weight = GradientCheck.Draw([100, 30], 2), last = GradientCheck.Draw([1, 100], 3);
        weight.RequiresGradient = last.RequiresGradient = true;
        var tape = new Tape();
        var first = Step();
        for (int i = 0; i < 100; i++) Assert.Same(first, Step());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        Tensor Step()
        {
            weight.ClearGradient();
            using var running = tape.Restart();
            var loss = (x.Linear(weight).Tanh().Linear(last) * 0.5f).MeanSquaredError(y);
            running.Backward(loss);
            return loss;
        }
    }

    [Fact]
    public void A_tape_that_runs_again_with_other_numbers_gives_what_a_new_tape_gives()
    {
        var tape = new Tape();
        Tensor x = Tensor.Zeros(4, 3), weight = GradientCheck.Draw([5, 3], 1);
        weight.RequiresGradient = true;
        for (ulong seed = 1; seed <= 4; seed++)
        {
            GradientCheck.Draw(12, seed).CopyTo(x.Values);
            Assert.Equal(Gradient(Tape.Start()), Gradient(tape.Restart()));
        }

        float[] Gradient(Tape running)
        {
            weight.ClearGradient();
            using (running) running.Backward(x.Linear(weight).Gelu().Softmax().Max(1).Sum());
            return weight.Gradient!.Values.ToArray();
        }
    }

    [Fact]
    public void Where_a_run_differs_from_the_one_before_the_tape_writes_anew()
    {
        var tape = new Tape();
        Tensor x = GradientCheck.Draw([3], 1), y = GradientCheck.Draw([3], 2);
        string[] long1 = Run(() => (x + y).Tanh() * 2f), other = Run(() => (x + y).Sigmoid() * 2f), shorter = Run(() => x + y), long2 = Run(() => (x + y).Tanh() * 3f);
        Assert.Equal(["Add", "Tanh", "Constant", "Mul"], long1);
        Assert.Equal(["Add", "Sigmoid", "Constant", "Mul"], other);
        Assert.Equal(["Add"], shorter);
        Assert.Equal(["Add", "Tanh", "Constant", "Mul"], long2);

        string[] Run(Func<Tensor> f)
        {
            using var running = tape.Restart();
            float[] found = f().Values.ToArray();
            string[] names = [.. running.Records.Select(r => r.Name)];
            using var fresh = Tape.Start();
            Assert.Equal(f().Values.ToArray(), found);
            return names;
        }
    }

    [Fact]
    public void A_tape_runs_once_at_a_time()
    {
        var tape = new Tape();
        using (tape.Restart()) Assert.Throws<InvalidOperationException>(tape.Restart);
        tape.Restart().Dispose();
    }

    [Fact]
    public void A_gradient_ends_at_a_detached_tensor_and_can_begin_there()
    {
        var x = Tensor.Ones(2);
        x.RequiresGradient = true;
        using var tape = Tape.Start();
        var detached = (x * 3).Detach();
        Assert.False((detached * 2).RequiresGradient);
        detached.RequiresGradient = true;
        tape.Backward((detached * 2).Sum());
        Assert.Equal([2, 2], detached.Gradient!.Values.ToArray());
        Assert.Null(x.Gradient);
    }
}
