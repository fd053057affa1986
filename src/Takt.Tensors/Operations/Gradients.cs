using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Small steps that several derivatives share.</summary>
static class Gradients
{
    /// <summary>The gradient of a tensor, ready to be added to: zeros where nothing is there yet.</summary>
    public static Span<float> Begin(Tensor x)
    {
        var gradient = x.GradientRoom(out bool accumulate).Values;
        if (!accumulate) gradient.Clear();
        return gradient;
    }

    /// <summary>The gradient of a tensor.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="accumulate">True: add to what is there. False: nothing is there yet, overwrite every element.</param>
    public static Span<float> Of(Tensor x, out bool accumulate) => x.GradientRoom(out accumulate).Values;

    /// <summary>Adds numbers to the gradient of a tensor.</summary>
    public static void Add(Tensor x, ReadOnlySpan<float> numbers)
    {
        var gradient = Of(x, out bool accumulate);
        if (accumulate) Updates.AddScaled(1, numbers, gradient);
        else numbers.CopyTo(gradient);
    }

    /// <summary>Adds one number to every element of the gradient of a tensor.</summary>
    public static void AddEverywhere(Tensor x, float number)
    {
        var gradient = Of(x, out bool accumulate);
        if (!accumulate) gradient.Fill(number);
        else foreach (ref float value in gradient) value += number;
    }

    /// <summary>Makes the gradient of a result that of an input, element by element the same; the memory goes along where the input has none yet.</summary>
    public static void HandOn(Tensor y, Tensor x)
    {
        if (x.IsResult && !x.HasGradient) x.TakeGradient(y);
        else Add(x, y.Gradient!.Values);
    }

    /// <summary>Where the gradient of an input goes that is computed element by element from that of the result: in its place, where the input has none yet. Take the span of the result's gradient before.</summary>
    /// <param name="y">The result; its gradient is used up.</param>
    /// <param name="x">The input, as long as the result.</param>
    /// <param name="accumulate">True: add to what is there. False: overwrite every element.</param>
    public static Span<float> Replace(Tensor y, Tensor x, out bool accumulate)
    {
        if (!x.IsResult || x.HasGradient) return Of(x, out accumulate);
        x.TakeGradient(y);
        accumulate = false;
        return x.Gradient!.Values;
    }

    /// <summary>Adds the sum over all rows to the gradient of a bias, row after row.</summary>
    public static void AddRows(Tensor bias, ReadOnlySpan<float> rows) => Updates.AddRows(rows, Begin(bias));

    /// <summary>Adds the sum over images and pixels to the gradient of one number per channel.</summary>
    /// <param name="bias">One number per channel.</param>
    /// <param name="dy">Shape [batch, channels, pixels].</param>
    /// <param name="pixels">Numbers in a channel of one image.</param>
    public static void AddChannels(Tensor bias, ReadOnlySpan<float> dy, int pixels) => ChannelSums.Add(dy, pixels, Begin(bias));

    /// <summary>Room for a kernel that overwrites its target; when it is disposed, the numbers are in the gradient of the tensor.</summary>
    public static Overwriting Overwrite(Tensor x) => new(x);

    /// <summary>Adds to the gradient of a recurrent layer's hidden weight, [gates, hidden]: the sum over steps of dgatesᵀ·h of the step before.</summary>
    /// <param name="weight">The hidden weight.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="steps">Steps of each.</param>
    /// <param name="dGates">[batch, steps, gates].</param>
    /// <param name="y">h of every step, [batch, steps, hidden].</param>
    public static void AddRecurrent(Tensor weight, int batch, int steps, Span<float> dGates, Span<float> y)
    {
        var target = Begin(weight);
        if (batch == 0) return;
        Band gradients = new(dGates, 0, steps, weight.Shape[0]), states = new(y, 0, steps, weight.Shape[1]);
        for (int t = 1; t < steps; t++)
            Gemm.Multiply(gradients.Step(t, batch).Transposed, states.Step(t - 1, batch), new(target, weight.Shape[0], weight.Shape[1]), accumulate: true);
    }

    /// <summary>Summed over the axes on which a shape was stretched: the way back of broadcasting, in operations.</summary>
    public static Tensor SumTo(Tensor gradient, Shape shape)
    {
        if (gradient.Shape == shape) return gradient;
        Span<int> axes = stackalloc int[gradient.Shape.Rank];
        int count = 0, missing = gradient.Shape.Rank - shape.Rank;
        for (int axis = 0; axis < gradient.Shape.Rank; axis++)
            if (axis < missing || (shape[axis - missing] == 1 && gradient.Shape[axis] != 1)) axes[count++] = axis;
        return gradient.Sum(axes[..count]).Reshape(shape.Sizes);
    }

    /// <summary>The gradient itself, or memory beside where something is there already.</summary>
    public readonly ref struct Overwriting
    {
        readonly Span<float> _gradient;
        readonly Scratch _beside;
        readonly bool _accumulate;

        public Overwriting(Tensor x)
        {
            _gradient = Of(x, out _accumulate);
            if (_accumulate) _beside = new(_gradient.Length);
            Values = _accumulate ? _beside.Values : _gradient;
        }

        /// <summary>Where to write.</summary>
        public Span<float> Values { get; }

        public void Dispose()
        {
            if (_accumulate) Updates.AddScaled(1, Values, _gradient);
            _beside.Dispose();
        }
    }
}
