using System.Text.Json.Serialization;

namespace Takt.Protocols.Explanations;

/// <summary>How it is found out what each input contributed to an answer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExplanationMethod>))]
public enum ExplanationMethod
{
    /// <summary>
    /// The answer as it is, less the answer with one input at its baseline (Zeiler and Fergus 2014, arXiv:1311.2901). For every model; effects are differences one at a time and need not add up.
    /// </summary>
    [JsonStringEnumMemberName("occlusion")] Occlusion,

    /// <summary>
    /// Gradient times input, averaged along the straight way from the baseline to the input (integrated gradients; Sundararajan, Taly and Yan 2017, arXiv:1703.01365). For graphs that have
    /// derivatives throughout; effects add up to the answer less that of the baseline.
    /// </summary>
    [JsonStringEnumMemberName("integrated-gradients")] Gradients,

    /// <summary>By gradients where the model has them, else by occlusion.</summary>
    [JsonStringEnumMemberName("auto")] Auto,
}
