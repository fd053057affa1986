using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Quantising;

/// <summary>Runs a model on rows and notes between which numbers the inputs of its layers lie.</summary>
public static class Calibration
{
    /// <summary>A range of every value that feeds a layer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">Inputs of some runs, as like to those of later as can be; a few hundred rows say enough.</param>
    /// <param name="method">How ranges follow from what was seen.</param>
    /// <param name="stop">Ends the work between two runs.</param>
    /// <exception cref="InputException">There are no samples, or the model has no layer to quantise.</exception>
    public static ActivationRanges Observe(ModelProto model, IReadOnlyList<IReadOnlyList<NamedTensor>> samples, RangeMethod method = RangeMethod.Percentile, CancellationToken stop = default)
    {
        if (samples.Count == 0) throw new InputException("no rows to calibrate with", "some rows like those that the model will see");
        var draft = new Draft(model);
        string[] values = [.. new Flow(draft).Origins];
        if (values.Length == 0)
            throw new InputException("no node that can be quantised", "Conv, Gemm or MatMul with stored weights of single precision", "Store the weights in fewer bits instead: --weights-only.");

        var watched = values.ToDictionary(v => v, _ => new Watch());
        string[] inputs = [.. draft.Graph.Input.Select(i => i.Name)], computed = [.. values.Except(inputs)];
        var plan = computed.Length > 0 ? Plan.Compile(Showing(model, computed)) : null;
        foreach (bool counts in method == RangeMethod.MinMax ? (bool[])[false] : [false, true])
            foreach (var sample in samples)
            {
                stop.ThrowIfCancellationRequested();
                foreach (var tensor in sample.Where(t => watched.ContainsKey(t.Name)).Concat(plan?.Run(sample) ?? []))
                    if (tensor.Type == ElementType.Float32) watched[tensor.Name].See(tensor.Elements<float>(), counts);
            }

        return new ActivationRanges(watched.Where(w => w.Value.HasSeen).ToDictionary(w => w.Key, w => method == RangeMethod.MinMax ? w.Value.All : w.Value.Most));
    }

    /// <summary>The model with other outputs: the values to watch.</summary>
    static ModelProto Showing(ModelProto model, IEnumerable<string> values)
    {
        var shown = model.Clone();
        shown.Graph.Output.Clear();
        foreach (string value in values)
            shown.Graph.Output.Add(new ValueInfoProto { Name = value, Type = new TypeProto { TensorType = new() { ElemType = (int)DataType.Float } } });
        return shown;
    }

    /// <summary>What was seen of one value: the ends first, then, in a second round, how often which part between them.</summary>
    sealed class Watch
    {
        const int Parts = 2048;

        /// <summary>The share of numbers beyond each end of the range.</summary>
        const double Tail = 0.00005;

        readonly long[] _counts = new long[Parts];
        float _least = float.PositiveInfinity, _greatest = float.NegativeInfinity;

        public bool HasSeen => _least <= _greatest;

        public (float Low, float High) All => (_least, _greatest);

        /// <summary>The range without its tails.</summary>
        public (float Low, float High) Most
        {
            get
            {
                double spare = _counts.Sum() * Tail;
                int low = 0, high = Parts - 1;
                for (double beyond = _counts[low]; beyond <= spare && low < high; beyond += _counts[++low]) { }
                for (double beyond = _counts[high]; beyond <= spare && high > low; beyond += _counts[--high]) { }
                float width = (_greatest - _least) / Parts;
                return (_least + (low * width), high == Parts - 1 ? _greatest : _least + ((high + 1) * width));
            }
        }

        public void See(ReadOnlySpan<float> numbers, bool counts)
        {
            float perNumber = Parts / (_greatest - _least);
            foreach (float number in numbers)
                if (!float.IsFinite(number)) continue;
                else if (counts) _counts[_greatest > _least ? Math.Clamp((int)((number - _least) * perNumber), 0, Parts - 1) : 0]++;
                else (_least, _greatest) = (MathF.Min(_least, number), MathF.Max(_greatest, number));
        }
    }
}
