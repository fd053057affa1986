using Takt.Learning.Layers;
using Takt.Tensors;

namespace Takt.Learning.Optimizers;

/// <summary>
/// Exponential moving average of the weights (Polyak and Juditsky 1992): steadier than the last step's and usually a little better. What is evaluated and kept is the average.
/// </summary>
/// <remarks>The decay rises from 0.1 with the steps, (1 + n)/(10 + n), until it reaches the given one, so that the random start is soon forgotten.</remarks>
public sealed class WeightAverage
{
    readonly Tensor[] _parameters;
    readonly double _decay;
    readonly float[] _average;

    /// <summary>Starts at the weights as they are.</summary>
    /// <param name="parameters">Whose average is kept.</param>
    /// <param name="decay">Share of the old average in the new one, 0 up to below 1; usual are 0.99 to 0.9999.</param>
    public WeightAverage(IReadOnlyList<Parameter> parameters, double decay)
    {
        (_parameters, _decay) = ([.. parameters.Select(p => p.Value)], decay);
        _average = new float[parameters.Sum(p => p.Value.Length)];
        Weights.Save(parameters, _average);
    }

    /// <summary>The average, over all weights in the order of the parameters.</summary>
    public ReadOnlySpan<float> Values => _average;

    /// <summary>Takes the weights as they are into the average.</summary>
    /// <param name="step">Steps taken so far.</param>
    public void Add(long step)
    {
        float share = (float)(1 - Math.Min(_decay, (1.0 + step) / (10.0 + step)));
        int start = 0;
        foreach (var value in _parameters)
        {
            var weights = value.Values;
            var average = _average.AsSpan(start, weights.Length);
            for (int i = 0; i < weights.Length; i++) average[i] += (weights[i] - average[i]) * share;
            start += weights.Length;
        }
    }

    /// <summary>Exchanges the weights with the average; once more undoes it.</summary>
    public void Swap()
    {
        int start = 0;
        foreach (var value in _parameters)
        {
            var weights = value.Values;
            var average = _average.AsSpan(start, weights.Length);
            for (int i = 0; i < weights.Length; i++) (weights[i], average[i]) = (average[i], weights[i]);
            start += weights.Length;
        }
    }

    /// <summary>Goes on from a saved average.</summary>
    public void Restore(ReadOnlySpan<float> average) => average.CopyTo(_average);
}
