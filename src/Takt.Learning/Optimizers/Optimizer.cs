using Takt.Learning.Layers;
using Takt.Tensors;
using Takt.Tensors.Kernels;

namespace Takt.Learning.Optimizers;

/// <summary>Moves parameters along their gradients. A step allocates nothing; what it remembers can be saved and restored to the bit.</summary>
public abstract class Optimizer
{
    readonly Tensor[] _parameters;
    readonly float[][] _moments;
    readonly float _weightDecay;

    /// <summary>Sets the remembered values to zero.</summary>
    /// <param name="parameters">What is moved.</param>
    /// <param name="moments">How many numbers are remembered per weight.</param>
    /// <param name="weightDecay">Share of each weight that is added to its gradient.</param>
    protected Optimizer(IReadOnlyList<Parameter> parameters, int moments, float weightDecay)
    {
        (_parameters, _weightDecay) = ([.. parameters.Select(p => p.Value)], weightDecay);
        int weights = parameters.Sum(p => p.Value.Length);
        _moments = new float[moments][];
        for (int i = 0; i < moments; i++) _moments[i] = new float[weights];
    }

    /// <summary>Steps taken so far.</summary>
    public long Steps { get; private set; }

    /// <summary>What is remembered: one array per moment, each over all weights in the order of the parameters.</summary>
    public IReadOnlyList<float[]> Moments => _moments;

    /// <summary>Takes one step. Parameters that no gradient reached stay where they are; the gradients are used up.</summary>
    /// <param name="rate">Learning rate of this step.</param>
    /// <param name="gradientScale">Every gradient is multiplied by it first; below 1 where gradients are clipped.</param>
    public void Step(float rate, float gradientScale = 1)
    {
        Steps++;
        BeginStep(rate);
        int start = 0;
        foreach (var value in _parameters)
        {
            if (value.Gradient is { } gradient)
            {
                if (gradientScale != 1) Updates.Scale(gradientScale, gradient.Values);
                if (_weightDecay != 0) Updates.AddScaled(_weightDecay, value.Values, gradient.Values);
                Update(value.Values, gradient.Values, start);
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
    protected abstract void Update(Span<float> weights, Span<float> gradient, int start);
}
