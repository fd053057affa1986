using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>A tensor that training moves, with its name: the path of the layers to it, such as <c>hidden1.weight</c>.</summary>
/// <remarks>Optimisers move those that require a gradient; the others, such as running statistics, their layer moves itself. Both are saved and served alike.</remarks>
/// <param name="Name">Different for each parameter of a network; the traced graph carries the same names.</param>
/// <param name="Value">The weights; their gradient gathers in <see cref="Tensor.Gradient"/>.</param>
public sealed record Parameter(string Name, Tensor Value);

/// <summary>A part of a network, or all of it: a function of a batch, with parameters.</summary>
public abstract class Layer
{
    /// <summary>Computes the layer for a batch.</summary>
    /// <param name="x">The batch; its first size is the number of samples.</param>
    /// <param name="mode">Training or evaluation.</param>
    /// <exception cref="ShapeException">The batch does not fit the layer.</exception>
    public abstract Tensor Forward(Tensor x, Mode mode);

    /// <summary>The layers inside, by name, in the order they run.</summary>
    public virtual IReadOnlyList<NamedLayer> Children => [];

    /// <summary>The layer's own parameters, by their name in the layer.</summary>
    public virtual IReadOnlyList<Parameter> OwnParameters => [];

    /// <summary>All parameters, the inner layers' included, in the order they run, under their full names.</summary>
    public IReadOnlyList<Parameter> Parameters() => [.. Collect("")];

    /// <summary>How many numbers the optimiser moves.</summary>
    public long ParameterCount() => Parameters().Where(p => p.Value.RequiresGradient).Sum(p => (long)p.Value.Length);

    IEnumerable<Parameter> Collect(string path)
    {
        foreach (var own in OwnParameters) yield return new(path + own.Name, own.Value);
        foreach (var (name, layer) in Children)
            foreach (var inner in layer.Collect($"{path}{name}."))
                yield return inner;
    }
}

/// <summary>A layer and what its parent calls it.</summary>
/// <param name="Name">The name, unique among its siblings.</param>
/// <param name="Layer">The layer.</param>
public sealed record NamedLayer(string Name, Layer Layer);
