namespace Takt.Graphs.Plans;

/// <summary>One operator, ready to run: attributes read, weights packed. It keeps nothing between runs, so many threads may run it at once.</summary>
abstract class Kernel
{
    /// <summary>Whether the first output is only another look at the first input: nothing is computed and no storage is needed.</summary>
    public virtual bool IsView => false;

    /// <summary>Whether the first output may lie where the first input lies, if nothing else needs that any more: it has the same sizes and type, and each element depends on the one at its place.</summary>
    public virtual bool WorksInPlace => false;

    /// <summary>What computes it, for people.</summary>
    public virtual string Name => GetType().Name.Split('`')[0];

    /// <summary>Computes the outputs from the inputs, whatever their sizes are this time.</summary>
    public abstract void Run(Call call);
}
