using System.Collections.Frozen;

namespace Takt.Graphs.Tracing;

/// <summary>How each operation of a tape is written in ONNX: adds nodes and says what the result is called.</summary>
static class Mappings
{
    static readonly FrozenDictionary<string, Func<Step, string>> All = new Dictionary<string, Func<Step, string>>
    {
        // the same operator, the same inputs, the same attributes
        ["Gemm"] = Same,
        ["MatMul"] = Same,
        ["Add"] = Same,
        ["Sub"] = Same,
        ["Mul"] = Same,
        ["Div"] = Same,
        ["Neg"] = Same,
        ["Relu"] = Same,
        ["LeakyRelu"] = Same,
        ["Tanh"] = Same,
        ["Sigmoid"] = Same,
        ["Softmax"] = Same,
        ["LogSoftmax"] = Same,
        ["Concat"] = Same,
        ["Transpose"] = Same,
        ["Cast"] = Same,

        // another form
        ["Dropout"] = step => step.Input(0),   // a network in use drops nothing
        ["Gather"] = GatherMapping.Write,
        ["Reshape"] = ReshapeMapping.Write,
        ["Gelu"] = GeluMapping.Write,
        ["LSTM"] = LstmMapping.Write,
    }.ToFrozenDictionary();

    /// <summary>How to write an operation, or null if it cannot be written.</summary>
    public static Func<Step, string>? Of(string operation) => All.GetValueOrDefault(operation);

    static string Same(Step step) => step.Builder.Node(step.Record.Name, step.Inputs, step.WishedName, step.Attributes);
}
