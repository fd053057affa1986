using System.Collections.Frozen;

namespace Takt.Graphs.Tracing;

/// <summary>How each operation of a tape is written in ONNX: adds nodes and says what the result is called.</summary>
static class Mappings
{
    static readonly FrozenDictionary<string, Func<Step, string>> All = new Dictionary<string, Func<Step, string>>
    {
        // the same operator, the same inputs, the same attributes: products
        ["Gemm"] = Same,
        ["MatMul"] = Same,
        ["Conv"] = Same,
        ["ConvTranspose"] = Same,

        // element by element
        ["Add"] = Same,
        ["Sub"] = Same,
        ["Mul"] = Same,
        ["Div"] = Same,
        ["Neg"] = Same,
        ["Relu"] = Same,
        ["LeakyRelu"] = Same,
        ["Tanh"] = Same,
        ["Sigmoid"] = Same,
        ["Greater"] = Same,
        ["Less"] = Same,
        ["Equal"] = Same,
        ["Not"] = Same,
        ["Where"] = Same,
        ["Cast"] = Same,

        // over windows and axes
        ["MaxPool"] = Same,
        ["AveragePool"] = Same,
        ["GlobalAveragePool"] = Same,
        ["BatchNormalization"] = step => step.Builder.Node("BatchNormalization", step.Inputs, step.WishedName, ("epsilon", step.Attribute("epsilon"))),   // by its running statistics, always
        ["LayerNormalization"] = Same,
        ["Softmax"] = Same,
        ["LogSoftmax"] = Same,
        ["ArgMax"] = Same,

        // moving elements
        ["Concat"] = Same,
        ["Transpose"] = Same,
        ["GatherElements"] = Same,
        ["ReverseSequence"] = Same,
        ["ScatterElements"] = Same,

        // another form
        ["Dropout"] = step => step.Input(0),   // a network in use drops nothing
        ["Attention"] = AttentionMapping.Write,
        ["CumSum"] = OrderMappings.CumSum,
        ["Expand"] = ExpandMapping.Write,
        ["Identity"] = step => step.Input(0),   // where elements lie is no matter of the graph
        ["Gather"] = GatherMapping.Write,
        ["Gelu"] = GeluMapping.Write,
        ["GroupNormalization"] = GroupNormMapping.Write,
        ["GRU"] = GruMapping.Write,
        ["LinearOfRows"] = ProductOfRows.Write,
        ["LSTM"] = LstmMapping.Write,
        ["ReduceMax"] = ReductionMapping.Write,
        ["ReduceMean"] = ReductionMapping.Write,
        ["ReduceMin"] = ReductionMapping.Write,
        ["ReduceSum"] = ReductionMapping.Write,
        ["Reshape"] = ReshapeMapping.Write,
        ["RMSNormalization"] = RmsNormMapping.Write,
        ["Slice"] = SliceMapping.Write,
        ["StepsWithin"] = Ranges.StepsWithin,
        ["TopK"] = OrderMappings.TopK,
    }.ToFrozenDictionary();

    /// <summary>How to write an operation, or null if it cannot be written.</summary>
    public static Func<Step, string>? Of(string operation) => All.GetValueOrDefault(operation);

    static string Same(Step step) => step.Builder.Node(step.Record.Name, step.Inputs, step.WishedName, step.Attributes);
}
