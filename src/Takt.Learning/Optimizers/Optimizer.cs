using Takt.Learning.Layers;
using Takt.Tensors;
using Takt.Tensors.Kernels;

namespace Takt.Learning.Optimizers;

/// <summary>Moves parameters along their gradients. A step allocates nothing; what it remembers can be saved and restored to the bit.</summary>
public abstract class Optimizer
{
    readonly Tensor[] _parameters;
    readonly float[][] _moments;
    readonly float[] _decays;   // one for each parameter
    readonly bool _decaysItself;

    /// <summary>Sets the remembered values to zero.</summary>
    /// <param name="parameters">What is moved.</param>
    /// <param name="moments">How many numbers are remembered per weight.</param>
    /// <param name="decay">How weights are pulled toward zero.</param>
    /// <param name="decaysItself">Whether <see cref="Update"/> does so; otherwise it is added to the gradient before.</param>
    protected Optimizer(IReadOnlyList<Parameter> parameters, int moments, WeightDecay decay, bool decaysItself = false)
    {
        (_parameters, _decays, _decaysItself) = ([.. parameters.Select(p => p.Value)], [.. parameters.Select(decay.Of)], decaysItself);
        int weights = parameters.Sum(p => p.Value.Length);
        _moments = new float[moments][];
        for (int i = 0; i < moments; i++) _moments[i] = new float[weights];
    }

    /// <summary>Steps taken so far.</summary>
    public long Steps { get; private set; }

    /// <summary>What is remembered: one array per moment, each over all weights in the order of the parameters.</summary>
    public IReadOnlyList<float[]> Moments => _moments;

    /// <summary>Takes one step. Parameters that no gradient reached since it was cleared stay where they are, and what is remembered of them too, as in PyTorch with <c>set_to_none</c>; the gradients are used up.</summary>
    /// <param name="rate">Learning rate of this step.</param>
    /// <param name="gradientScale">Every gradient is multiplied by it first; below 1 where gradients are clipped.</param>
    public void Step(float rate, float gradientScale = 1)
    {
        Steps++;
        BeginStep(rate);
        int start = 0;
        for (int i = 0; i < _parameters.Length; i++)
        {
            var value = _parameters[i];
            if (value.HasNewGradient && value.Gradient is { } gradient)
            {
                float decay = _decays[i];
                if (gradientScale != 1) Updates.Scale(gradientScale, gradient.Values);
                if (decay != 0 && !_decaysItself) Updates.AddScaled(decay, value.Values, gradient.Values);
                Update(value.Values, gradient.Values, start, _decaysItself ? decay : 0);
            }

            start += value.Length;
        }
    }

    /// <summary>Goes on from a saved state.</summary>
    /// <param name="steps">Steps taken then.</param>
    /// <param name="moments">What was remembered then; copied.</param>
    public void Restore(long steps, IReadOnlyList<float[]> moments)
    {
        Steps = steps;
        for (int i = 0; i < _moments.Length; i++) moments[i].CopyTo(_moments[i], 0);
    }

    /// <summary>Works out what is the same for all weights of a step.</summary>
    protected abstract void BeginStep(float rate);

    /// <summary>Moves the weights of one parameter.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="start">Where this parameter begins in each array of <see cref="Moments"/>.</param>
    /// <param name="decay">Weight decay that is not in the gradient yet; 0 where there is none, or it is.</param>
    protected abstract void Update(Span<float> weights, Span<float> gradient, int start, float decay);
}
