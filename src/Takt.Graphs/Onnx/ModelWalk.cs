namespace Takt.Graphs.Onnx;

/// <summary>Everything of one kind in a model, wherever it stands: in the graph, in graphs within nodes, in functions.</summary>
static class ModelWalk
{
    /// <summary>Every node: of the graph, of the graphs in its attributes, of functions.</summary>
    public static IEnumerable<NodeProto> Nodes(ModelProto model) =>
        (model.Graph is null ? [] : Nodes(model.Graph)).Concat(model.Functions.SelectMany(f => Nodes(f.Node)));

    /// <inheritdoc cref="Nodes(ModelProto)"/>
    public static IEnumerable<NodeProto> Nodes(GraphProto graph) => Nodes(graph.Node);

    /// <summary>Every graph: the model's own and those within nodes.</summary>
    public static IEnumerable<GraphProto> Graphs(ModelProto model) =>
        (model.Graph is null ? [] : (GraphProto[])[model.Graph]).Concat(Nodes(model).SelectMany(Graphs));

    /// <summary>The graphs in a node's own attributes.</summary>
    public static IEnumerable<GraphProto> Graphs(NodeProto node) =>
        node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Prepend(a.G));

    /// <summary>Every stored tensor with what errors call it.</summary>
    public static IEnumerable<(TensorProto Tensor, string Where)> Tensors(ModelProto model)
    {
        foreach (var graph in Graphs(model))
        {
            foreach (var tensor in graph.Initializer) yield return (tensor, $"initialiser '{tensor.Name}'");
            foreach (var sparse in graph.SparseInitializer)
                foreach (var part in Parts(sparse)) yield return (part, $"sparse initialiser '{sparse.Values?.Name}'");
        }

        foreach (var node in Nodes(model))
            foreach (var attribute in node.Attribute)
            {
                string where = $"attribute '{attribute.Name}' of node '{node.Name}' ({node.OpType})";
                if (attribute.T is not null) yield return (attribute.T, where);
                foreach (var tensor in attribute.Tensors) yield return (tensor, where);
                foreach (var sparse in attribute.SparseTensor is null ? attribute.SparseTensors : attribute.SparseTensors.Prepend(attribute.SparseTensor))
                    foreach (var part in Parts(sparse)) yield return (part, where);
            }
    }

    static IEnumerable<TensorProto> Parts(SparseTensorProto sparse) => ((TensorProto?[])[sparse.Values, sparse.Indices]).OfType<TensorProto>();

    static IEnumerable<NodeProto> Nodes(IEnumerable<NodeProto> nodes) => nodes.SelectMany(n => Graphs(n).SelectMany(Nodes).Prepend(n));
}
