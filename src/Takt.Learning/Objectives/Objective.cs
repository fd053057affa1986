using Takt.Learning.Training;
using Takt.Tensors;

namespace Takt.Learning.Objectives;

/// <summary>What a network is to learn: how many outputs it needs, what is lost when they are wrong, and what they mean.</summary>
public abstract class Objective
{
    /// <summary>Units of the network's last layer.</summary>
    public abstract int Outputs { get; }

    /// <summary>The loss of a batch, a single number.</summary>
    /// <param name="outputs">What the network gave, shape [batch, <see cref="Outputs"/>].</param>
    /// <param name="batch">What was to be given.</param>
    public abstract Tensor Loss(Tensor outputs, Batch batch);

    /// <summary>From outputs to answers, the end of the served graph: probabilities of the classes, or the coded number as it is.</summary>
    public abstract Tensor Answer(Tensor outputs);

    /// <summary>The ONNX operator that <see cref="Answer"/> is, where a graph ends in one; null if outputs are answers.</summary>
    public virtual string? OutputFunction => null;

    /// <summary>How many classes the targets name, from 0 on; 0 where targets are numbers. Default 0.</summary>
    public virtual int Classes => 0;

    /// <summary>How much a sample with this target weighs in the loss. Default 1.</summary>
    public virtual float WeightOf(float target) => 1;

    /// <summary>Whether any sample weighs other than 1.</summary>
    public virtual bool IsWeighted => false;
}
