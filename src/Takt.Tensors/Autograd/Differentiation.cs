namespace Takt.Tensors;

public sealed partial class Tape
{
    readonly HashSet<Tensor> _dependent = [];
    readonly Dictionary<Tensor, Tensor> _derivatives = [];

    /// <summary>dLoss/dX as a tensor on this tape, computed by operations: it can be part of a loss and be differentiated again, as a gradient penalty needs it (Gulrajani et al. 2017, arXiv:1704.00028).</summary>
    /// <param name="loss">A single number made on this tape.</param>
    /// <param name="x">What it is differentiated by: it requires a gradient, and the loss depends on it.</param>
    /// <returns>The shape of <paramref name="x"/>. <see cref="Tensor.Gradient"/> stays as it is.</returns>
    /// <exception cref="ShapeException"><paramref name="loss"/> holds more than one number.</exception>
    /// <exception cref="InvalidOperationException">The loss does not depend on <paramref name="x"/>, or x does not require a gradient.</exception>
    /// <exception cref="NotSupportedException">An operation between the two has no derivative that can be differentiated again; products, sums, elementwise functions and reshapes have.</exception>
    public Tensor Differentiate(Tensor loss, Tensor x)
    {
        CheckDifferentiable("Differentiate", loss);
        _dependent.Clear();
        _derivatives.Clear();
        if (x.RequiresGradient) _dependent.Add(x);
        for (int i = 0; i < _count; i++)
            if (_kept[i].Output.RequiresGradient && ReadsDependent(_kept[i])) _dependent.Add(_kept[i].Output);
        if (!_dependent.Contains(loss))
            throw new InvalidOperationException($"The loss does not depend on this tensor {x.Shape}, or it does not require a gradient. Set RequiresGradient before the forward pass.");

        _derivatives.Add(loss, Tensor.Constant(1).Reshape(loss.Shape.Sizes));
        for (int i = _count - 1; i >= 0; i--)   // what the loop adds to the tape stands behind its start
        {
            var record = _kept[i];
            if (ReferenceEquals(record.Output, x) || !_derivatives.TryGetValue(record.Output, out var dy)) continue;
            for (int input = 0; input < record.Inputs.Count; input++)
            {
                var to = record.Inputs[input];
                if (!_dependent.Contains(to)) continue;
                var part = record.Derivative(input, dy);
                _derivatives[to] = _derivatives.TryGetValue(to, out var sum) ? sum + part : part;
            }
        }

        return _derivatives[x];
    }

    bool ReadsDependent(Record record)
    {
        for (int i = 0; i < record.Inputs.Count; i++)
            if (_dependent.Contains(record.Inputs[i])) return true;
        return false;
    }
}
