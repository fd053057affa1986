using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Batch norm over rows, sequences and images alike (Ioffe and Szegedy 2015, arXiv:1502.03167): in training each channel is normalised by its mean and variance in the batch, in evaluation by running ones.</summary>
/// <remarks>Scale 1, shift 0, running mean 0 and variance 1 to begin with, as in PyTorch. The running statistics are saved with the weights.</remarks>
/// <param name="channels">Second size of a batch.</param>
/// <param name="momentum">How far the running statistics move toward the batch's in each step.</param>
/// <param name="epsilon">Added to the variance.</param>
public sealed class BatchNorm(int channels, float momentum = 0.1f, float epsilon = 1e-5f) : Layer
{
    /// <summary>Scale, shape [channels].</summary>
    public Tensor Weight { get; } = Initial.Constant(channels, 1);

    /// <summary>Shift, shape [channels].</summary>
    public Tensor Bias { get; } = Initial.Constant(channels, 0);

    /// <summary>Mean in evaluation, shape [channels].</summary>
    public Tensor RunningMean { get; } = Tensor.Zeros(channels);

    /// <summary>Variance in evaluation, shape [channels].</summary>
    public Tensor RunningVariance { get; } = Tensor.Ones(channels);

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> OwnParameters => [new("weight", Weight), new("bias", Bias), new("running_mean", RunningMean), new("running_var", RunningVariance)];

    /// <summary>Normalises.</summary>
    /// <param name="x">Shape [batch, channels] or [batch, channels, …].</param>
    /// <param name="mode">In training the running statistics move.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> has other channels, or in training only one number for each.</exception>
    public override Tensor Forward(Tensor x, Mode mode) => x.BatchNorm(Weight, Bias, RunningMean, RunningVariance, mode.IsTraining, momentum, epsilon);
}
