using System.Text.Json.Serialization;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Steps;

namespace Takt.Data.Pipelines;

/// <summary>A step with what it learnt from the training rows. It holds no state between calls: any number of threads may apply it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "step")]
[JsonDerivedType(typeof(FittedDrop), "drop")]
[JsonDerivedType(typeof(FittedImpute), "impute")]
[JsonDerivedType(typeof(FittedForwardFill), "forward-fill")]
[JsonDerivedType(typeof(FittedClip), "clip")]
[JsonDerivedType(typeof(FittedScale), "scale")]
[JsonDerivedType(typeof(FittedLog), "log")]
[JsonDerivedType(typeof(FittedOneHot), "one-hot")]
[JsonDerivedType(typeof(FittedOrdinal), "ordinal")]
[JsonDerivedType(typeof(FittedFrequency), "frequency")]
[JsonDerivedType(typeof(FittedDateParts), "date-parts")]
[JsonDerivedType(typeof(FittedDerive), "derive")]
[JsonDerivedType(typeof(FittedCondition), "condition")]
[JsonDerivedType(typeof(FittedSmooth), "smooth")]
[JsonDerivedType(typeof(FittedLag), "lag")]
abstract record FittedStep
{
    /// <summary>Names of the columns that it reads.</summary>
    [JsonIgnore]
    public abstract IEnumerable<string> Reads { get; }

    /// <summary>Whether there is nothing for it to do.</summary>
    [JsonIgnore]
    public virtual bool IsEmpty => !Reads.Any();

    /// <summary>Whether it looks back at earlier rows of the same group.</summary>
    [JsonIgnore]
    public virtual bool LooksBack => false;

    /// <summary>Prepares the rows.</summary>
    public abstract void Apply(Frame frame);
}
