using Takt.Protocols.OpenInference;

namespace Takt.Graphs.Packages;

/// <summary>What a graph that was made elsewhere says of itself.</summary>
/// <param name="Source">The file.</param>
/// <param name="Sha256">Hash of its bytes.</param>
/// <param name="Producer">The program that wrote it, as far as the file says.</param>
/// <param name="IrVersion">Version of the file format.</param>
/// <param name="OperatorSets">Operator sets by domain: <c>ai.onnx 17</c>.</param>
/// <param name="Nodes">How many nodes there are.</param>
/// <param name="Parameters">Numbers in its initialisers.</param>
/// <param name="Inputs">What it takes.</param>
/// <param name="Outputs">What it gives.</param>
/// <param name="Labels">Labels of the classes, in the order of their probabilities, where the file tells them.</param>
/// <param name="Sample">A request that it can answer, shortened to be read; null if none was found.</param>
public sealed record GraphCard(
    string Source, string Sha256, string? Producer, long IrVersion, IReadOnlyList<string> OperatorSets, int Nodes, long Parameters,
    IReadOnlyList<SignatureTensor> Inputs, IReadOnlyList<SignatureTensor> Outputs, IReadOnlyList<string> Labels, string? Sample);
