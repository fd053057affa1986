namespace Takt.Tensors.Kernels;

/// <summary>Sizes of a long short-term memory over a batch of sequences.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Steps">Steps of each sequence.</param>
/// <param name="Inputs">Features of a step.</param>
/// <param name="Hidden">Cells.</param>
public readonly record struct LstmSizes(int Batch, int Steps, int Inputs, int Hidden)
{
    /// <summary>Numbers in one step's gates: i, f, g, o for every cell.</summary>
    public int Gates => 4 * Hidden;

    /// <summary>Sequences that one worker takes at least: a tile's height.</summary>
    const int FewestSequences = 12;

    /// <summary>Below so many multiply-adds (some 20 µs on one core) calling another thread brings little.</summary>
    const long WorthSharing = 2_000_000;

    /// <summary>Into how many parts of the batch the work is cut: sequences know nothing of each other, so each part runs through all steps without waiting for the others.</summary>
    internal int Parts => Batch == 0 ? 0 : (long)Batch * Steps * Gates * (Inputs + Hidden) < WorthSharing ? 1 : Math.Clamp(Batch / FewestSequences, 1, Threading.Workers.Count);
}
