using Takt.Protocols.OpenInference;

namespace Takt.Protocols.Explanations;

/// <summary>What is to be explained of an answer in tensors.</summary>
/// <param name="Output">The output; null = the first of floats.</param>
/// <param name="Index">Which number of each row of it; null = the largest, row by row.</param>
/// <param name="Method">How.</param>
/// <param name="Baseline">What inputs are compared with, by name and of their shapes; those that are not here are compared with zeros. Null = all.</param>
public sealed record TensorQuestion(string? Output = null, int? Index = null, ExplanationMethod Method = ExplanationMethod.Auto, IReadOnlyList<InferTensor>? Baseline = null);

/// <summary>What each element of the inputs contributed to one number of each row.</summary>
/// <param name="Outputs">The plain answer.</param>
/// <param name="Output">The output that is explained.</param>
/// <param name="Method">How: gradients or occlusion.</param>
/// <param name="Rows">Which number of each row, that number, and the same for the baseline.</param>
/// <param name="Contributions">One for each input, FP32 of its shape.</param>
public sealed record TensorAttribution(
    IReadOnlyList<InferTensor> Outputs, string Output, ExplanationMethod Method, IReadOnlyList<(int Index, double Score, double Baseline)> Rows, IReadOnlyList<InferTensor> Contributions);
