using Takt.Graphs.Onnx;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans;

/// <summary>
/// Initialisers that a file of IR version 4 or later lists as inputs, too: defaults that a caller may replace. Almost nobody does, so the plan folds and packs them like
/// all others; whoever gives one is answered by a second plan in which they are inputs, compiled when it is first needed.
/// </summary>
sealed class ReplaceableDefaults
{
    const int FirstIrVersion = 4;   // before, every initialiser had to be listed as an input and none could be replaced

    readonly Dictionary<string, Lazy<NamedTensor>> _values;
    readonly Lazy<Plan> _plan;

    ReplaceableDefaults(ModelProto model, IReadOnlyList<TensorProto> defaults, ModelLimits limits)
    {
        _values = defaults.ToDictionary(t => t.Name, t => new Lazy<NamedTensor>(() => new NamedTensor(t.Name, ConstantReader.Read(t, $"initialiser '{t.Name}'"))));
        _plan = new Lazy<Plan>(() =>
        {
            var open = model.Clone();   // shares the bytes of tensors
            for (int i = open.Graph.Initializer.Count - 1; i >= 0; i--)
                if (_values.ContainsKey(open.Graph.Initializer[i].Name)) open.Graph.Initializer.RemoveAt(i);
            return Plan.Compile(open, limits);
        });
    }

    /// <summary>Those of a model, or null if it has none.</summary>
    public static ReplaceableDefaults? Of(ModelProto model, ModelLimits limits)
    {
        if (model.IrVersion < FirstIrVersion) return null;
        var listed = model.Graph.Input.Select(i => i.Name).ToHashSet();
        var defaults = model.Graph.Initializer.Where(t => listed.Contains(t.Name)).ToList();
        return defaults.Count > 0 ? new ReplaceableDefaults(model, defaults, limits) : null;
    }

    /// <summary>Their names.</summary>
    public IReadOnlyCollection<string> Names => _values.Keys;

    /// <summary>Runs the graph with some of them replaced.</summary>
    public NamedTensor[] Run(IReadOnlyList<NamedTensor> inputs) =>
        _plan.Value.Run([.. inputs, .. _values.Where(v => inputs.All(t => t.Name != v.Key)).Select(v => v.Value.Value)]);
}
